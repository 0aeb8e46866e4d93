// Owns the outcome of an evaluation.
using System.Globalization;
using System.Text;

namespace Tern.Training.Corpus;

/// <summary>What a model answered right.</summary>
/// <param name="Rows">One row a measure.</param>
public sealed record EvaluationReport(IReadOnlyList<EvaluationRow> Rows)
{
    /// <summary>Whether every target is reached.</summary>
    public bool IsReached => Rows.All(row => row.IsReached);

    /// <summary>Writes the table, and some misses of each row below it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="misses">How many misses of each row.</param>
    public void Write(TextWriter writer, int misses = 0)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine("measure                    asked   right  percent  target");
        foreach (var row in Rows)
        {
            var line = new StringBuilder();
            line.Append(
                CultureInfo.InvariantCulture,
                $"{row.Name, -25}{row.Asked, 7}{row.Counted, 8}{row.Percent, 9:F1}"
            );
            if (row.Target is { } target)
                line.Append(CultureInfo.InvariantCulture, $"{target, 8:F0}{(row.IsReached ? "" : "  missed")}");
            writer.WriteLine(line);
        }
        foreach (var row in Rows)
        {
            foreach (var miss in row.Misses.Take(misses))
                writer.WriteLine(
                    $"{row.Name}: {miss.Question}\n  expected: {miss.Expected}\n  answered: {miss.Answer}"
                );
        }
    }
}
