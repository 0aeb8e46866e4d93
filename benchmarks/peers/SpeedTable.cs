// Owns how the comparison of one file is told: Markdown as in the README, with the conditions under which it was measured.
using System.Globalization;

namespace Tern.Peers;

/// <summary>Writes the table.</summary>
internal static class SpeedTable
{
    /// <summary>One line a test: medians of both, and of the ratios.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<Outcome> outcomes)
    {
        Conditions.Write(writer, outcomes);
        writer.WriteLine("| test | Tern tokens/s | llama.cpp tokens/s | Tern / llama.cpp (lowest to highest pair) |");
        writer.WriteLine("|---|--:|--:|--:|");
        foreach (var outcome in outcomes)
            writer.WriteLine(
                $"| {outcome.Test} | {Median(outcome.Speeds.Tern)} | {(outcome.HasPeer ? Median(outcome.Speeds.Peer) : "")} | {Ratio(outcome)} |"
            );
        writer.WriteLine();
        foreach (var outcome in outcomes)
        {
            foreach (var (limit, shares) in Shares(outcome))
                writer.WriteLine($"- {outcome.Test}: Tern and llama.cpp use {shares} of the {limit}");
        }
    }

    /// <summary>The median ratio with its spread, or Tern's own speed and that there is nothing to compare it with.</summary>
    public static string Ratio(Outcome outcome)
    {
        if (!outcome.HasPeer)
            return $"Tern alone: {Median(outcome.Speeds.Tern)} tokens/s";
        double[] ratios = outcome.Speeds.Ratios;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{PairedSpeeds.Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})"
        );
    }

    /// <summary>A median speed.</summary>
    public static string Median(double[] speeds) =>
        PairedSpeeds.Median(speeds).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>The limits that bound a test, and the shares of them that both programs' medians use.</summary>
    public static IEnumerable<(string Limit, string Shares)> Shares(Outcome outcome)
    {
        if (Both(outcome, outcome.ShareOfReads) is { } reads)
            yield return ("read bandwidth", reads);
        if (Both(outcome, outcome.ShareOfFloats) is { } floats)
            yield return ("rate of float multiply-adds", floats);
        if (Both(outcome, outcome.ShareOfTiles) is { } tiles)
            yield return ("AMX rate in bfloat16", tiles);
    }

    private static string? Both(Outcome outcome, Func<double, double?> share)
    {
        if (share(PairedSpeeds.Median(outcome.Speeds.Tern)) is not { } tern)
            return null;
        string first = Percent(tern);
        return outcome.HasPeer
            ? $"{first} and {Percent(share(PairedSpeeds.Median(outcome.Speeds.Peer))!.Value)}"
            : first;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");
}
