// Owns step 3 of LoongServe: which requests are prefilled together, and on how many instances.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// Batching (SOSP 2024, §5.3). Requests sorted by length, longest first, are cut into batches, and instances sorted by use, emptiest first,
/// into groups, so that the mean input latency per token is least: <c>f[i][k] = min over b, u of f[i-b][k-u] + T_u(batch)·sum(1/len)</c>,
/// where a batch must fit into its group's free slots.
/// </summary>
public static class BatchingStep
{
    /// <summary>Finds the best plan within the bound; null if no plan fits.</summary>
    /// <param name="lengths">Tokens of each request, longest first; each at least 1.</param>
    /// <param name="free">Free slots of each instance, in the order in which instances are to be used.</param>
    /// <param name="cost">Durations.</param>
    /// <param name="bound">Which part of the space is searched.</param>
    public static BatchingPlan? Solve(
        ReadOnlySpan<int> lengths,
        ReadOnlySpan<int> free,
        ElasticCost cost,
        BatchingBound bound = BatchingBound.Exact
    )
    {
        var (n, m) = (lengths.Length, free.Length);
        var (sum, squares, rate, slots) = (new long[n + 1], new double[n + 1], new double[n + 1], new long[m + 1]);
        for (var i = 0; i < n; i++)
        {
            sum[i + 1] = sum[i] + lengths[i];
            squares[i + 1] = squares[i] + (double)lengths[i] * lengths[i];
            rate[i + 1] = rate[i] + 1.0 / lengths[i];
        }
        for (var k = 0; k < m; k++)
            slots[k + 1] = slots[k] + free[k];

        // best[i, k]: the least objective of the first i requests on the first k instances; last: the size and width of its last batch.
        var best = new double[n + 1, m + 1];
        var last = new (int Requests, int Instances)[n + 1, m + 1];
        for (var i = 0; i <= n; i++)
        {
            for (var k = 0; k <= m; k++)
                best[i, k] = double.PositiveInfinity;
        }
        best[0, 0] = 0;
        for (var i = 1; i <= n; i++)
        {
            for (var k = 1; k <= m; k++)
            {
                var mostRequests =
                    bound != BatchingBound.Exact && last[i, k - 1].Requests > 0 ? last[i, k - 1].Requests : i;
                var neighbour = last[i - 1, k].Instances;
                var widest = bound == BatchingBound.Paper && neighbour > 0 ? neighbour : k;
                var narrowest = bound == BatchingBound.ReleasedCode && neighbour > 0 ? neighbour : 1;
                for (var b = 1; b <= mostRequests; b++)
                {
                    var (tokens, square) = (sum[i] - sum[i - b], squares[i] - squares[i - b]);
                    for (var u = widest; u >= narrowest; u--)
                    {
                        // Fewer instances have fewer slots.
                        if (tokens > slots[k] - slots[k - u])
                            break;
                        var objective =
                            best[i - b, k - u] + cost.PrefillMs(u, tokens, square) * (rate[i] - rate[i - b]);
                        if (objective < best[i, k])
                        {
                            best[i, k] = objective;
                            last[i, k] = (b, u);
                        }
                    }
                }
            }
        }

        var used = 0;
        for (var k = 1; k <= m; k++)
        {
            if (best[n, k] < best[n, used])
                used = k;
        }
        if (double.IsPositiveInfinity(best[n, used]))
            return null;
        var batches = new List<PrefillBatch>();
        for (var (i, k) = (n, used); i > 0; )
        {
            var (b, u) = last[i, k];
            (i, k) = (i - b, k - u);
            batches.Add(new PrefillBatch(i, b, k, u));
        }
        batches.Reverse();
        return new BatchingPlan(batches, best[n, used]);
    }
}
