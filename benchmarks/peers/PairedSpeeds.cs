// Owns what several pairs of runs say: medians of both, and the ratio within each pair, which drifts of the machine
// between pairs do not touch.
using System.Text.Json.Serialization;

namespace Tern.Peers;

/// <summary>Tokens per second of both programs, run alternately.</summary>
/// <param name="Tern">One speed a pair.</param>
/// <param name="Peer">One speed a pair; empty where there was no peer to run.</param>
internal sealed record PairedSpeeds(double[] Tern, double[] Peer)
{
    /// <summary>Tern's speed by the peer's, in each pair.</summary>
    [JsonIgnore]
    public double[] Ratios => [.. Tern.Zip(Peer, (tern, peer) => tern / peer)];

    /// <summary>The middle value; of an even number of values, the mean of the two in the middle.</summary>
    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
