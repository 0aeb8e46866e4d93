// Owns reading measured step times from CSV.
using System.Globalization;
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Measurements;

/// <summary>
/// Reads <c>prefill_tokens,prefill_pairs,decode_sequences,decode_context,ms</c>, a step a row (see <see cref="Measurement"/>), for
/// <see cref="MeasuredTable.Fit"/>. A bad row is an error that names file, line, field and value.
/// </summary>
public static class MeasurementReader
{
    /// <summary>Most rows, sequences or tokens a field may claim: as many as a device could ever hold.</summary>
    public const int MaxTokens = 1 << 30;

    private const string Header = "prefill_tokens,prefill_pairs,decode_sequences,decode_context,ms";
    private const int LeastRows = 5;

    /// <summary>Reads a file.</summary>
    /// <exception cref="MeasurementFormatException">The header is another, a row is bad, or there are fewer than 5.</exception>
    public static IReadOnlyList<Measurement> Read(string path)
    {
        using var reader = new StreamReader(path);
        return Read(reader, path);
    }

    /// <summary>Reads text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="file">Its name in errors.</param>
    /// <exception cref="MeasurementFormatException">The header is another, a row is bad, or there are fewer than 5.</exception>
    public static IReadOnlyList<Measurement> Read(TextReader reader, string file)
    {
        var header = reader.ReadLine();
        if (header != Header)
            throw new MeasurementFormatException(
                file,
                1,
                "",
                $"the header is '{Shown(header ?? "")}'; it must be '{Header}'"
            );
        var rows = new List<Measurement>();
        while (reader.ReadLine() is { } text)
            rows.Add(Row(text, file, line: rows.Count + 2));
        return rows.Count >= LeastRows
            ? rows
            : throw new MeasurementFormatException(
                file,
                0,
                "",
                $"{rows.Count} rows; five coefficients need at least {LeastRows}"
            );
    }

    private static Measurement Row(string text, string file, int line)
    {
        if (text.Split(',') is not [var tokens, var pairs, var sequences, var context, var ms])
            throw Bad("", $"'{Shown(text)}' must have 5 fields");
        var row = new Measurement(
            (int)Count("prefill_tokens", tokens, 0, MaxTokens),
            // Every row attends to at least itself, and to no more than there can be.
            Count("prefill_pairs", pairs, 0, (long)MaxTokens * MaxTokens),
            (int)Count("decode_sequences", sequences, 0, MaxTokens),
            Count("decode_context", context, 0, (long)MaxTokens * MaxTokens),
            Duration(ms)
        );
        if (row is { PrefillTokens: 0, DecodeSequences: 0 })
            throw Bad("", "the step computes nothing; prefill_tokens or decode_sequences must be at least 1");
        if (row.PrefillPairs < row.PrefillTokens || (row.PrefillTokens == 0 && row.PrefillPairs > 0))
            throw Bad(
                "prefill_pairs",
                $"{row.PrefillPairs} for {row.PrefillTokens} tokens; a whole prompt of n tokens has n(n+1)/2 pairs, and none has 0"
            );
        if (row.DecodeContext < row.DecodeSequences || (row.DecodeSequences == 0 && row.DecodeContext > 0))
            throw Bad(
                "decode_context",
                $"{row.DecodeContext} for {row.DecodeSequences} sequences; each reads at least its own token, and none reads 0"
            );
        return row;

        MeasurementFormatException Bad(string field, string problem) => new(file, line, field, problem);

        long Count(string field, string value, long least, long most) =>
            long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
                ? number
                : throw Bad(field, $"'{Shown(value)}' must be a whole number from {least} to {most}");

        double Duration(string value) =>
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            && number > 0
                ? number
                : throw Bad("ms", $"'{Shown(value)}' must be a positive number of ms");
    }

    private static string Shown(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
