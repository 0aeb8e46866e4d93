// Owns how a reproduced figure looks on a terminal.
using System.Globalization;
using Tern.Simulation.Reproductions;

namespace Tern.Cli.Terminal;

/// <summary>Two lines a figure, more only where they would be too wide: what and how much; from what, and why it is off.</summary>
internal static class ReproductionText
{
    private const int Width = 120;
    private const string Indent = "         ";

    /// <summary>Writes one figure.</summary>
    public static void Write(TextWriter writer, ReproductionRow row)
    {
        string mark = row.IsMet ? "met" : "OUTSIDE";
        Wrap(writer, $"{mark, -7}  {row.Experiment}: {row.Quantity}: {Figures(row)}");
        Wrap(writer, Indent + row.Inputs + (row.Remark.Length > 0 ? $" | {row.Remark}" : ""));
    }

    private static string Figures(ReproductionRow row)
    {
        if (row is { Published: "holds", Lowest: 1, Highest: 1 })
            return row.IsMet ? "holds" : "does not hold";
        string deviation =
            row.Deviation is { } share && double.IsFinite(share)
                ? string.Create(CultureInfo.InvariantCulture, $" ({100 * share:+0.0;-0.0;0.0}%)")
                : "";
        return $"paper {row.Published}, measured {Number(row.Measured)}{deviation}, band {Number(row.Lowest)} to {Number(row.Highest)}";
    }

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : double.IsNaN(value) ? "none"
        : "any";

    private static void Wrap(TextWriter writer, string text)
    {
        while (text.Length > Width)
        {
            int at = text.LastIndexOf(' ', Width);
            if (at < Indent.Length)
                at = text.IndexOf(' ', Indent.Length);
            if (at < 0)
                break;
            writer.WriteLine(text[..at]);
            text = Indent + text[(at + 1)..];
        }
        writer.WriteLine(text);
    }
}
