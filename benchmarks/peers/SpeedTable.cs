// Owns how the comparison is told: Markdown, with the conditions under which it was measured.
using System.Globalization;

namespace Tern.Peers;

/// <summary>Writes the table.</summary>
internal static class SpeedTable
{
    /// <summary>One line a test.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<PairedSpeeds> tests)
    {
        writer.WriteLine("| test | Tern tokens/s | llama.cpp tokens/s | Tern / llama.cpp | lowest to highest ratio |");
        writer.WriteLine("|---|--:|--:|--:|--:|");
        foreach (var test in tests)
        {
            double[] ratios = test.Ratios;
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {test.Test} | {PairedSpeeds.Median(test.Tern):F1} | {PairedSpeeds.Median(test.Peer):F1} | {PairedSpeeds.Median(ratios):F2} | {ratios.Min():F2} to {ratios.Max():F2} |"
                )
            );
        }
    }
}
