// Owns DynaPipe's rule: how many layers the sampling at the tail is worth.
namespace Tern.Scheduling.Partitioning;

/// <summary>
/// DynaPipe's bubble-aware scheduler (NeurIPS 2025): from an even split, <c>k</c> layers leave the last stage for
/// <c>m = min(k, S-1)</c> stages before it, so that <c>Δ = T_sample - k·T_layer - (k/m)·T_layer</c> is nearest to 0.
/// </summary>
public sealed class BubbleAware : IPartitioningPolicy
{
    /// <inheritdoc/>
    public LayerPartition Choose(double layerMs, ReadOnlySpan<double> besideMs, LayerPartition current)
    {
        // The rule knows only of the tail.
        var sampleMs = besideMs[^1];
        var even = LayerPartition.Even(current.Layers, current.Stages);
        if (current.Stages == 1)
            return even;
        // Δ falls with k: the first k that does not come nearer ends the search. The tail keeps a layer.
        var (best, k) = (0, 0);
        while (++k < even[even.Stages - 1] && Math.Abs(Imbalance(k)) < Math.Abs(Imbalance(best)))
            best = k;
        return Moved(even, best);

        double Imbalance(int moved) => BubbleAware.Imbalance(layerMs, sampleMs, moved, current.Stages);
    }

    /// <summary>Δ in ms: by how much the tail is still longer than the stages that took its layers.</summary>
    public static double Imbalance(double layerMs, double sampleMs, int moved, int stages)
    {
        if (moved == 0)
            return sampleMs;
        var receivers = Math.Min(moved, stages - 1);
        return sampleMs - moved * layerMs - (double)moved / receivers * layerMs;
    }

    /// <summary>
    /// The split with <paramref name="moved"/> layers of the tail spread evenly over the stages nearest to it; what is left over goes to
    /// the nearest of them, where it crosses the fewest cuts.
    /// </summary>
    public static LayerPartition Moved(LayerPartition even, int moved)
    {
        Span<int> counts = new int[even.Stages];
        for (var stage = 0; stage < counts.Length; stage++)
            counts[stage] = even[stage];
        counts[^1] -= moved;
        for (var i = 0; i < moved; i++)
            counts[^(2 + i % (even.Stages - 1))]++;
        return new LayerPartition(counts);
    }
}
