// Owns step 4 of LoongServe: on which instances keys and values stay after a prefill, and on which a group decodes.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// Elastic scaling plan (SOSP 2024, §5.4). Scale-down is proactive: where each token stays is known before the prefill, which drops it
/// there at no cost (§4.1). Scale-up moves nothing: new instances become masters of part of the batch (§4.2).
/// </summary>
public static class ScalingStep
{
    /// <summary>
    /// Keeps a prefill's tokens on as few instances as hold them: the fullest first, consecutive tokens. Null if they do not fit.
    /// </summary>
    /// <param name="snapshot">The pool.</param>
    /// <param name="instances">The prefill's instances.</param>
    /// <param name="lengths">Tokens of each prompt.</param>
    public static IReadOnlyList<KvRange>? ScaleDown(
        ElasticSnapshot snapshot,
        IReadOnlyList<int> instances,
        ReadOnlySpan<int> lengths
    )
    {
        var order = ByUse(snapshot, instances);
        var ranges = new List<KvRange>();
        var (at, left) = (0, snapshot.Free(order[0]));
        for (var prompt = 0; prompt < lengths.Length; prompt++)
        {
            for (var first = 0; first < lengths[prompt]; )
            {
                while (left == 0)
                {
                    if (++at == order.Length)
                        return null;
                    left = snapshot.Free(order[at]);
                }
                var count = Math.Min(left, lengths[prompt] - first);
                ranges.Add(new KvRange(prompt, order[at], first, count));
                first += count;
                left -= count;
            }
        }
        return ranges;
    }

    /// <summary>Keeps a prefill's tokens where the ring put them: token t on instance t mod n, here as one share of each prompt.</summary>
    public static IReadOnlyList<KvRange> Stripe(IReadOnlyList<int> instances, ReadOnlySpan<int> lengths)
    {
        var ranges = new List<KvRange>();
        for (var prompt = 0; prompt < lengths.Length; prompt++)
        {
            var first = 0;
            for (var rank = 0; rank < instances.Count; rank++)
            {
                var count = (lengths[prompt] - rank + instances.Count - 1) / instances.Count;
                if (count > 0)
                    ranges.Add(new KvRange(prompt, instances[rank], first, count));
                first += count;
            }
        }
        return ranges;
    }

    /// <summary>
    /// Plans the next decode iteration of all groups. A group without slots for its new tokens takes in groups that have some to spare, and
    /// then instances from <paramref name="extra"/>; a group with more sequences for a master than
    /// <see cref="ElasticOptions.MinComputeBoundBatch"/> takes further instances, if there are. Null if the slots do not suffice.
    /// </summary>
    /// <param name="snapshot">The pool and the groups.</param>
    /// <param name="extra">Instances that hold nothing and may be added.</param>
    /// <param name="options">The threshold.</param>
    public static IReadOnlyList<DecodePlan>? Decode(
        ElasticSnapshot snapshot,
        IReadOnlyList<int> extra,
        ElasticOptions options
    )
    {
        var idle = new Stack<int>(extra.Reverse());
        var spare = new int[snapshot.Groups.Count];
        var total = (long)idle.Count * snapshot.SlotsPerInstance;
        for (var g = 0; g < spare.Length; g++)
        {
            spare[g] = -snapshot.Groups[g].Sequences;
            foreach (var instance in snapshot.Groups[g].Instances)
                spare[g] += snapshot.Free(instance);
            total += spare[g];
        }
        if (total < 0)
            return null;

        var order = Enumerable.Range(0, spare.Length).OrderBy(g => spare[g]).ToList();
        var able = new List<(List<int> Groups, List<int> Instances, int Spare, int ScaleUps)>();
        foreach (var g in order)
        {
            if (spare[g] >= 0)
                able.Add(([g], [.. snapshot.Groups[g].Instances], spare[g], 0));
        }
        foreach (var g in order)
        {
            if (spare[g] >= 0)
                break;
            var (groups, instances, left, ups) = (
                new List<int> { g },
                new List<int>(snapshot.Groups[g].Instances),
                spare[g],
                0
            );
            while (left < 0 && able.Count > 0)
            {
                var roomiest = able[^1];
                able.RemoveAt(able.Count - 1);
                groups.AddRange(roomiest.Groups);
                instances.AddRange(roomiest.Instances);
                left += roomiest.Spare;
                ups += 1 + roomiest.ScaleUps;
            }
            if (left < 0)
                ups++;
            while (left < 0)
            {
                instances.Add(idle.Pop());
                left += snapshot.SlotsPerInstance;
            }
            able.Add((groups, instances, left, ups));
        }

        var plans = new List<DecodePlan>();
        foreach (var (groups, instances, _, ups) in able)
            plans.Add(Masters(snapshot, groups, instances, ups, idle, options));
        return plans;
    }

    /// <summary>
    /// Plans the next decode iteration of groups with one master each, the instance with most room, and no further instances. A group
    /// whose master lacks slots gets no mini-batch.
    /// </summary>
    public static IReadOnlyList<DecodePlan> DecodeAsIs(ElasticSnapshot snapshot)
    {
        var plans = new List<DecodePlan>();
        for (var g = 0; g < snapshot.Groups.Count; g++)
        {
            var group = snapshot.Groups[g];
            var master = ByUse(snapshot, group.Instances)[^1];
            MiniBatch[] batch =
                snapshot.Free(master) >= group.Sequences ? [new MiniBatch(master, group.Sequences)] : [];
            plans.Add(new DecodePlan([g], group.Instances, batch, 0));
        }
        return plans;
    }

    private static DecodePlan Masters(
        ElasticSnapshot snapshot,
        List<int> groups,
        List<int> instances,
        int scaleUps,
        Stack<int> idle,
        ElasticOptions options
    )
    {
        var left = 0;
        foreach (var g in groups)
            left += snapshot.Groups[g].Sequences;
        var order = new List<int>(ByUse(snapshot, instances));
        order.RemoveAll(instance => snapshot.Free(instance) == 0);
        var masters = new List<MiniBatch>();
        for (var i = 0; i < order.Count && left > 0; i++)
        {
            var grown = false;
            while (left / (order.Count - i) > options.MinComputeBoundBatch && idle.TryPop(out var added))
            {
                order.Add(added);
                instances.Add(added);
                grown = true;
            }
            scaleUps += grown ? 1 : 0;
            var size = Math.Min(
                Math.Min(left, snapshot.Free(order[i])),
                Math.Max(left / (order.Count - i), options.MinComputeBoundBatch)
            );
            masters.Add(new MiniBatch(order[i], size));
            left -= size;
        }
        if (left > 0)
            throw new InvalidOperationException($"{left} sequences have no master though their group has slots");
        return new DecodePlan(groups, instances, masters, scaleUps);
    }

    /// <summary>Instances, the fullest first.</summary>
    private static int[] ByUse(ElasticSnapshot snapshot, IReadOnlyList<int> instances) =>
        [.. instances.OrderByDescending(i => snapshot.Used[i]).ThenBy(i => i)];
}
