// Owns the patience before a partition is changed.
namespace Tern.Scheduling.Partitioning;

/// <summary>
/// DynaPipe moves layers only after a sliding window of batches has proposed the same partition throughout (25 as published; its
/// ablation goes from 0 to 50).
/// </summary>
/// <param name="Proposed">What the latest batches propose; null before the first.</param>
/// <param name="Agreeing">How many in a row.</param>
public readonly record struct TriggerWindow(LayerPartition? Proposed, int Agreeing)
{
    /// <summary>Batches that must agree, as published.</summary>
    public const int PublishedLength = 25;

    /// <summary>The window after one more batch.</summary>
    public TriggerWindow After(LayerPartition proposed) =>
        proposed.Equals(Proposed) ? this with { Agreeing = Agreeing + 1 } : new(proposed, 1);

    /// <summary>Whether the last <paramref name="length"/> batches agree on another partition than <paramref name="current"/>.</summary>
    public bool Triggers(LayerPartition current, int length) =>
        Proposed is not null && Agreeing >= length && !Proposed.Equals(current);
}
