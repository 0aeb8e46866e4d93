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
}
