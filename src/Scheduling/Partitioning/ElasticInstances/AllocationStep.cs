// Owns step 2 of LoongServe: which instances the prefill gets.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// Instance allocation (SOSP 2024, §5.2): idle instances; then instances emptied by packing keys and values together, while that takes
/// less time than it saves; then instances of decode groups, where slots are missing or the prefill gains more than the group loses.
/// </summary>
public static class AllocationStep
{
    /// <summary>The moves that empty the least filled instances into the fuller ones. Empty if none pays.</summary>
    public static IReadOnlyList<KvMove> Pack(ElasticSnapshot snapshot, PromptSums prompts, ElasticCost cost)
    {
        var idle = snapshot.IdleInstances;
        var maxIdle = snapshot.MaxIdleInstances;
        var slots = snapshot.SlotsPerInstance;
        if (idle >= maxIdle || prompts.Tokens > (long)maxIdle * slots)
            return [];
        var used = (int[])snapshot.Used.Clone();
        var byUse = new List<int>();
        foreach (var group in snapshot.Groups)
            byUse.AddRange(group.Instances);
        byUse.Sort((a, b) => used[b] != used[a] ? used[b].CompareTo(used[a]) : a.CompareTo(b));
        var moves = new List<KvMove>();
        // Of the instances that stay, the least filled has most room: it is filled first.
        var target = used.Length - maxIdle - 1;
        for (var source = byUse.Count - 1; idle < maxIdle; source--)
        {
            var from = byUse[source];
            if (prompts.Tokens <= (long)idle * slots)
            {
                var saved =
                    cost.PrefillMs(idle, prompts.Tokens, prompts.Squares)
                    - cost.PrefillMs(idle + 1, prompts.Tokens, prompts.Squares);
                if (saved < used[from] * cost.MigrationMsPerToken)
                    break;
            }
            while (used[from] > 0)
            {
                var to = byUse[target];
                var tokens = Math.Min(used[from], slots - used[to]);
                if (tokens == 0)
                {
                    target--;
                    continue;
                }
                moves.Add(new KvMove(from, to, tokens));
                used[from] -= tokens;
                used[to] += tokens;
            }
            idle++;
        }
        return moves;
    }

    /// <summary>Chooses after packing.</summary>
    public static AllocationDecision Choose(ElasticSnapshot snapshot, PromptSums prompts, ElasticCost cost)
    {
        var available = new List<int>();
        for (var i = 0; i < snapshot.Used.Length; i++)
        {
            if (snapshot.Used[i] == 0)
                available.Add(i);
        }
        var free = new int[snapshot.Groups.Count];
        var order = new List<int>();
        for (var g = 0; g < free.Length; g++)
        {
            foreach (var instance in snapshot.Groups[g].Instances)
                free[g] += snapshot.Free(instance);
            order.Add(g);
        }
        order.Sort((a, b) => free[a] != free[b] ? free[a].CompareTo(free[b]) : b.CompareTo(a));
        var missing = prompts.Tokens - (long)available.Count * snapshot.SlotsPerInstance;
        while (missing > 0)
        {
            var most = order[^1];
            order.RemoveAt(order.Count - 1);
            available.AddRange(snapshot.Groups[most].Instances);
            missing -= free[most];
        }
        var running = new List<int>();
        foreach (var g in order)
        {
            var group = snapshot.Groups[g];
            var without =
                available.Count == 0
                    ? double.PositiveInfinity
                    : cost.PrefillMs(available.Count, prompts.Tokens, prompts.Squares);
            var with = cost.PrefillMs(available.Count + group.Instances.Length, prompts.Tokens, prompts.Squares);
            // The group's sequences each wait for the prefill; a ms weighs 1/(tokens generated so far), the mean over the group.
            var slowdown = with * group.Sequences * group.Sequences / group.GeneratedTokens;
            if ((without - with) * prompts.Rate < slowdown)
                running.Add(g);
            else
                available.AddRange(group.Instances);
        }
        running.Sort();
        return new AllocationDecision(available, running);
    }
}
