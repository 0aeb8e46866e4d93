// Owns the computing of steps on a real model: its key/value cache and the buffer of logits.
using Tern.Models;
using Tern.Models.KvCache;
using Tern.Scheduling;

namespace Tern.Engine.Execution;

/// <summary>Runs batches on a model.</summary>
internal sealed class ModelRunner(CausalModel model, PagedKvCache cache) : IModelRunner
{
    private readonly ForwardInputBuilder _builder = new(cache.BlockSize);
    private float[] _logits = [];

    /// <inheritdoc/>
    public int VocabularySize => model.Config.VocabularySize;

    /// <inheritdoc/>
    public ReadOnlySpan<float> Run(Batch batch)
    {
        foreach (var move in batch.Moves)
        {
            // The cache has no second memory: the scheduler was given no blocks of the host.
            if (move.Kind != BlockMoveKind.Copy)
                throw new InvalidOperationException(
                    $"step {batch.Step} moves blocks to or from host memory, of which there is none"
                );
            var from = batch.Sources(move);
            var to = batch.Targets(move);
            for (var i = 0; i < move.Count; i++)
                cache.CopyBlock(from[i], to[i]);
        }
        var input = _builder.Build(batch);
        int length = checked(input.OutputRows.Length * VocabularySize);
        if (_logits.Length < length)
            _logits = new float[length];
        var logits = _logits.AsSpan(0, length);
        model.Forward(input, cache, logits);
        return logits;
    }

    /// <summary>Frees the cache; the model belongs to who loaded it.</summary>
    public void Dispose() => cache.Dispose();
}
