// Owns the sequences that decode together and the instances that hold their keys and values.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>A group of instances (the paper's ESP group) and its batch.</summary>
internal sealed class ElasticGroup
{
    public List<ElasticSequence> Sequences { get; } = [];

    public List<int> Instances { get; set; } = [];

    /// <summary>What the four steps see of it.</summary>
    public ElasticGroupState State(int instances)
    {
        var held = new int[instances];
        var generated = 0L;
        foreach (var sequence in Sequences)
        {
            generated += sequence.Generated;
            for (var i = 0; i < instances; i++)
                held[i] += sequence.Placement.Tokens[i];
        }
        return new ElasticGroupState
        {
            Instances = [.. Instances],
            Sequences = Sequences.Count,
            GeneratedTokens = generated,
            Held = held,
        };
    }

    /// <summary>Scale-down: only instances that hold something of it stay.</summary>
    public void Shrink(int instances)
    {
        var held = State(instances).Held;
        Instances = [.. Enumerable.Range(0, instances).Where(i => held[i] > 0)];
    }

    /// <summary>Takes in another group.</summary>
    public void Merge(ElasticGroup other)
    {
        Sequences.AddRange(other.Sequences);
        Instances = [.. Instances.Union(other.Instances)];
    }

    /// <summary>Makes groups that hold something on the same instance one: they decode together.</summary>
    public static void MergeOverlapping(List<ElasticGroup> groups)
    {
        for (var i = 0; i < groups.Count; i++)
        {
            for (var j = i + 1; j < groups.Count; )
            {
                if (!groups[i].Instances.Any(groups[j].Instances.Contains))
                {
                    j++;
                    continue;
                }
                groups[i].Merge(groups[j]);
                groups.RemoveAt(j);
                j = i + 1;
            }
        }
    }

    /// <summary>Moves tokens of the groups on the source, and makes them one with those on the target.</summary>
    public static void Carry(List<ElasticGroup> groups, KvMove move, ElasticPool pool, int instances)
    {
        var left = move.Tokens;
        foreach (var sequence in groups.SelectMany(group => group.Sequences))
        {
            var tokens = Math.Min(left, sequence.Placement.Tokens[move.From]);
            if (tokens > 0)
                pool.Move(sequence.Placement, move.From, move.To, tokens);
            left -= tokens;
        }
        foreach (var group in groups)
            group.Shrink(instances);
        MergeOverlapping(groups);
    }

    /// <summary>Takes the sequence that came last out of its group, and the group out of the list if that was all it had.</summary>
    public static ElasticSequence RemoveLatest(List<ElasticGroup> groups, int instances)
    {
        var group = groups.MaxBy(g => g.Sequences.Max(s => s.Ordinal))!;
        var latest = group.Sequences.MaxBy(s => s.Ordinal)!;
        group.Sequences.Remove(latest);
        if (group.Sequences.Count == 0)
            groups.Remove(group);
        else
            group.Shrink(instances);
        return latest;
    }
}
