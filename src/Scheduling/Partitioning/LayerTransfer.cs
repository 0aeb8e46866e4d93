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
    /// When the last of <paramref name="layers"/> layers has arrived, in ms: the source computes them one after another, each in
    /// <paramref name="layerMs"/> from <paramref name="startMs"/> on, and the link carries one at a time.
    /// </summary>
    public double ArrivedMs(double startMs, double layerMs, int layers, long tokens)
    {
        var linkFreeMs = startMs;
        for (var i = 1; i <= layers; i++)
            linkFreeMs = Math.Max(linkFreeMs, startMs + i * layerMs) + SendMs(tokens);
        return linkFreeMs;
    }

    /// <summary>Ms the target stands still: what is missing when its execution reaches the layers.</summary>
    public static double WaitMs(double arrivedMs, double reachedMs) => Math.Max(0, arrivedMs - reachedMs);
}
