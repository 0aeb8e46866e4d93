// Owns what the dispatch step sees of a waiting request.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>A request that waits for its prefill.</summary>
/// <param name="Tokens">Tokens to prefill; at least 1.</param>
/// <param name="Remaining">Tokens it may still generate.</param>
public readonly record struct WaitingPrompt(int Tokens, int Remaining)
{
    /// <summary>Slots it needs for the step after the prefill.</summary>
    internal int NowSlots => Tokens + 1;

    /// <summary>Further slots it may need: the last token's keys and values are never stored.</summary>
    internal int LaterSlots => Math.Max(0, Remaining - 2);
}
