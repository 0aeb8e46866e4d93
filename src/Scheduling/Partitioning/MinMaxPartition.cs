// Owns the exact answer to "which contiguous split has the fastest slowest stage".
namespace Tern.Scheduling.Partitioning;

/// <summary>
/// The contiguous partition that minimizes the longest stage, by dynamic programming over cuts in O(stages·layers²), for layers and
/// stages of any speed. Among the best it takes the one that moves the fewest layers over cuts of the present one. Every
/// stage keeps at least one layer. Ours, beside <see cref="BubbleAware"/>, which knows equal layers and a tail only.
/// </summary>
public static class MinMaxPartition
{
    /// <summary>Finds the partition.</summary>
    /// <param name="layerMs">Ms of each layer on a stage of speed 1.</param>
    /// <param name="stages">What each stage adds to its layers, and what it can hold.</param>
    /// <param name="current">The present partition.</param>
    /// <exception cref="ArgumentException">Sizes differ, or no split respects <see cref="StageLoad.MaxLayers"/>.</exception>
    public static LayerPartition Find(
        ReadOnlySpan<double> layerMs,
        ReadOnlySpan<StageLoad> stages,
        LayerPartition current
    )
    {
        if (current.Layers != layerMs.Length || current.Stages != stages.Length)
            throw new ArgumentException(
                $"the present partition has {current.Layers} layers over {current.Stages} stages; it must have {layerMs.Length} over {stages.Length}",
                nameof(current)
            );
        var before = new double[layerMs.Length + 1];
        for (var i = 0; i < layerMs.Length; i++)
            before[i + 1] = before[i] + layerMs[i];
        var longest = Bottleneck(before, stages);
        if (double.IsPositiveInfinity(longest))
            throw new ArgumentException(
                $"no split of {layerMs.Length} layers gives each of {stages.Length} stages at least one and at most what it holds",
                nameof(stages)
            );
        return FewestMoves(before, stages, longest, current);
    }

    /// <summary>The longest stage of a partition in ms.</summary>
    public static double LongestMs(
        ReadOnlySpan<double> layerMs,
        ReadOnlySpan<StageLoad> stages,
        LayerPartition partition
    )
    {
        var longest = 0.0;
        for (var s = 0; s < stages.Length; s++)
        {
            var sum = 0.0;
            foreach (var ms in layerMs[partition.FirstLayer(s)..partition.FirstLayer(s + 1)])
                sum += ms;
            longest = Math.Max(longest, stages[s].ExtraMs + sum / stages[s].Speed);
        }
        return longest;
    }

    private static double Bottleneck(double[] before, ReadOnlySpan<StageLoad> stages)
    {
        // best[end]: the longest of the stages so far when they end before layer `end`. Ends are visited downwards, so one row does.
        var best = new double[before.Length];
        Array.Fill(best, double.PositiveInfinity);
        best[0] = 0;
        for (var s = 0; s < stages.Length; s++)
        {
            for (var end = before.Length - 1; end >= 0; end--)
            {
                var least = double.PositiveInfinity;
                for (var start = end - 1; start >= Math.Max(0, end - stages[s].MaxLayers); start--)
                {
                    var own = StageMs(before, stages[s], start, end);
                    if (own >= least)
                        break;
                    least = Math.Min(least, Math.Max(best[start], own));
                }
                best[end] = least;
            }
        }
        return best[^1];
    }

    private static LayerPartition FewestMoves(
        double[] before,
        ReadOnlySpan<StageLoad> stages,
        double longest,
        LayerPartition current
    )
    {
        const int unreachable = int.MaxValue;
        // Sums that differ by rounding are as good as each other.
        longest *= 1 + 1e-12;
        var moves = new int[before.Length];
        Array.Fill(moves, unreachable);
        moves[0] = 0;
        var starts = new int[stages.Length, before.Length];
        for (var s = 0; s < stages.Length; s++)
        {
            for (var end = before.Length - 1; end >= 0; end--)
            {
                var fewest = unreachable;
                for (var start = end - 1; start >= Math.Max(0, end - stages[s].MaxLayers); start--)
                {
                    if (StageMs(before, stages[s], start, end) > longest)
                        break;
                    if (moves[start] < fewest)
                        (fewest, starts[s, end]) = (moves[start], start);
                }
                moves[end] = fewest == unreachable ? unreachable : fewest + Math.Abs(end - current.FirstLayer(s + 1));
            }
        }
        Span<int> counts = new int[stages.Length];
        for (var (s, end) = (stages.Length - 1, before.Length - 1); s >= 0; s--)
        {
            counts[s] = end - starts[s, end];
            end = starts[s, end];
        }
        return new LayerPartition(counts);
    }

    private static double StageMs(double[] before, in StageLoad stage, int start, int end) =>
        stage.ExtraMs + (before[end] - before[start]) / stage.Speed;
}
