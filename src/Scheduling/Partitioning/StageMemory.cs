// Owns the memory of one stage: what layers and their keys and values leave of it.
namespace Tern.Scheduling.Partitioning;

/// <summary>
/// The room a stage has for keys and values, which falls with its layers. A pipeline caches as many tokens as its poorest stage, so a
/// cut that balances time can cost capacity.
/// </summary>
public sealed record StageMemory
{
    /// <summary>Bytes for weights, keys and values.</summary>
    public required double Bytes { get; init; }

    /// <summary>Bytes taken by what is not a layer: embedding, logits, layers preloaded for a later move.</summary>
    public double OtherBytes { get; init; }

    /// <summary>Bytes of weights of a layer.</summary>
    public required double LayerBytes { get; init; }

    /// <summary>Bytes of keys and values of a token in a layer.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>Tokens the stage can cache with this many layers; 0 when their weights alone do not fit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no layers.</exception>
    public long KvTokens(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return (long)Math.Max(0, (Bytes - OtherBytes - layers * LayerBytes) / (layers * KvBytesPerToken));
    }

    /// <summary>Most layers with which the stage still caches <paramref name="tokens"/> tokens.</summary>
    public int MaxLayers(long tokens) =>
        (int)Math.Max(0, Math.Floor((Bytes - OtherBytes) / (LayerBytes + tokens * KvBytesPerToken)));
}
