// Owns the requests that wait for their prefill.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Waiting sequences, who is first served first.</summary>
internal sealed class ElasticQueue
{
    private readonly List<ElasticSequence> _sequences = [];

    public int Count => _sequences.Count;

    public void Add(ElasticSequence sequence) => _sequences.Add(sequence);

    public void AddFirst(ElasticSequence sequence) => _sequences.Insert(0, sequence);

    public void Remove(ElasticSequence sequence) => _sequences.Remove(sequence);

    /// <summary>What the dispatch step sees.</summary>
    public List<WaitingPrompt> Prompts() => _sequences.ConvertAll(s => new WaitingPrompt(s.TokenCount, s.Remaining));

    /// <summary>Takes those at these positions, in ascending order.</summary>
    public List<ElasticSequence> Take(IReadOnlyList<int> positions)
    {
        List<ElasticSequence> taken = [.. positions.Select(i => _sequences[i])];
        for (var i = positions.Count - 1; i >= 0; i--)
            _sequences.RemoveAt(positions[i]);
        return taken;
    }
}
