// Owns what it costs to move a layer's keys and values between stages.
namespace Tern.Scheduling.Partitioning;

/// <summary>
/// DynaPipe's migration (§ migration coordinator): weights lie ready on the neighbours, so only keys and values travel; the source
/// sends a layer right after computing it for the current batch, and the target waits only when execution reaches that layer.
/// </summary>
public sealed record LayerTransfer
{
    /// <summary>Bytes of keys and values one token has in one layer.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>Bytes the link between two stages delivers in a second.</summary>
    public required double LinkBytesPerSecond { get; init; }

    /// <summary>Ms before the first byte of a layer arrives.</summary>
    public double LinkLatencyMs { get; init; }

    /// <summary>Ms to send the keys and values of <paramref name="tokens"/> tokens of one layer.</summary>
    public double SendMs(long tokens) => LinkLatencyMs + 1000 * KvBytesPerToken * tokens / LinkBytesPerSecond;

    /// <summary>
    /// When a layer's keys and values have arrived, in ms: they leave once the layer is computed and the link, which carries one layer at
    /// a time, is free.
    /// </summary>
    public double ArrivedMs(double computedMs, double linkFreeMs, long tokens) =>
        Math.Max(computedMs, linkFreeMs) + SendMs(tokens);
}
