// Owns how a reproduced figure looks on a terminal.
using System.Globalization;
using Tern.Simulation.Reproductions;

namespace Tern.Cli.Terminal;

/// <summary>Two lines a figure, more only where they would be wider than the terminal: what and how much; from what and why.</summary>
internal static class ReproductionText
{
    private const int Width = 120;
    private const string Indent = "        ";

    /// <summary>Writes one figure.</summary>
    public static void Write(TextWriter writer, string set, ReproductionRow row)
    {
        string deviation =
            row.Deviation is { } share && double.IsFinite(share)
                ? string.Create(CultureInfo.InvariantCulture, $" ({share:+0.0 %;-0.0 %;0.0 %})")
                : "";
        string figures =
            row.Published == "holds"
                ? $"{(row.IsMet ? "holds" : "does not hold")}"
                : $"published {row.Published}, measured {Number(row.Measured)}{deviation}, band {Number(row.Lowest)} to {Number(row.Highest)}";
        Wrap(writer, $"{(row.IsMet ? "met" : "OUTSIDE"), -7} {set}, {row.Experiment}: {row.Quantity}: {figures}");
        Wrap(writer, Indent + row.Inputs + (row.Remark.Length > 0 ? $". {row.Remark}" : ""));
    }

    private static string Number(double value) =>
        double.IsInfinity(value) ? (value > 0 ? "any" : "-any") : value.ToString("G5", CultureInfo.InvariantCulture);

    private static void Wrap(TextWriter writer, string text)
    {
        while (text.Length > Width)
        {
            int at = text.LastIndexOf(' ', Width);
            if (at <= Indent.Length)
                at = text.IndexOf(' ', Width) is > 0 and var next ? next : text.Length;
            writer.WriteLine(text[..at]);
            text = Indent + text[at..].TrimStart();
            if (text.Length == Indent.Length)
                return;
        }
        writer.WriteLine(text);
    }
}
