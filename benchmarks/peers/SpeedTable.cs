// Owns how the comparison is told: Markdown, with the conditions under which it was measured.
using System.Globalization;

namespace Tern.Peers;

/// <summary>Writes the table.</summary>
internal static class SpeedTable
{
    /// <summary>One line a test: medians, and the best run, which other programs disturbed least.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<PairedSpeeds> tests)
    {
        writer.WriteLine(
            "| test | Tern tokens/s (best) | llama.cpp tokens/s (best) | Tern / llama.cpp | lowest to highest ratio |"
        );
        writer.WriteLine("|---|--:|--:|--:|--:|");
        foreach (var test in tests)
        {
            double[] ratios = test.Ratios;
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {test.Test} | {PairedSpeeds.Median(test.Tern):F1} ({test.Tern.Max():F1}) | {PairedSpeeds.Median(test.Peer):F1} ({test.Peer.Max():F1}) | {PairedSpeeds.Median(ratios):F2} | {ratios.Min():F2} to {ratios.Max():F2} |"
                )
            );
        }
    }
}
