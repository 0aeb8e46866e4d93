// Owns the texts that wait for embeddings and how they are grouped into passes.
using Tern.Engine.Sampling;

namespace Tern.Engine.Execution;

/// <summary>Embeds waiting texts, as many in a pass as the batch may have tokens. Engine thread only.</summary>
internal sealed class EmbeddingQueue(EmbeddingRunner runner, EngineMeter meter, int maxBatchTokens)
{
    private readonly Queue<EmbeddingJob> _waiting = [];
    private readonly List<EmbeddingJob> _batch = [];

    /// <summary>Adds a text.</summary>
    public void Add(EmbeddingJob job) => _waiting.Enqueue(job);

    /// <summary>Runs a pass; false when there is nothing to embed. A text that is longer than a batch goes alone.</summary>
    public bool Step()
    {
        int tokens = 0;
        while (_waiting.TryPeek(out var job) && (_batch.Count == 0 || tokens + job.Tokens.Length <= maxBatchTokens))
        {
            _waiting.Dequeue();
            if (job.Result.Task.IsCompleted)
            {
                meter.Leave(); // its caller gave up
                continue;
            }
            tokens += job.Tokens.Length;
            _batch.Add(job);
        }
        if (_batch.Count == 0)
            return false;
        try
        {
            var embeddings = runner.Run([.. _batch.Select(job => job.Tokens)]);
            for (int i = 0; i < _batch.Count; i++)
                _batch[i].Result.TrySetResult(embeddings[i]);
        }
        catch (Exception error)
        {
            if (error is SamplingException)
                meter.CountCorrupted();
            End(_batch, error);
        }
        meter.CountTokens(tokens, 0);
        foreach (var _ in _batch)
            meter.Leave();
        _batch.Clear();
        meter.Progress();
        return true;
    }

    /// <summary>Ends all waiting texts.</summary>
    public void EndAll(Exception error)
    {
        End(_waiting, error);
        foreach (var _ in _waiting)
            meter.Leave();
        _waiting.Clear();
    }

    private static void End(IEnumerable<EmbeddingJob> jobs, Exception error)
    {
        foreach (var job in jobs)
            job.Result.TrySetException(error);
    }
}
