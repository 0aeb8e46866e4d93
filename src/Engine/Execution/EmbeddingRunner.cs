// Owns the computing of embeddings: whole texts through an encoder, pooled and normalized.
using Tern.Kernels;
using Tern.Models;
using Tern.Models.KvCache;

namespace Tern.Engine.Execution;

/// <summary>Runs several texts through an encoder in one pass.</summary>
internal sealed class EmbeddingRunner(CausalModel model) : IDisposable
{
    // An encoder keeps nothing between passes; the cache is a formality of one empty block.
    private readonly PagedKvCache _cache = model.CreateCache(1, 1, Tensors.DType.F32);

    /// <summary>The embedding of each text, <c>[width]</c>, of length 1.</summary>
    public float[][] Run(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        int rows = texts.Sum(text => text.Count);
        int width = model.Config.EmbeddingLength;
        var tokens = new int[rows];
        var positions = new int[rows];
        var all = new int[rows];
        var sequences = new AttentionSequence[texts.Count];
        int row = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            sequences[i] = new AttentionSequence(row, texts[i].Count, texts[i].Count, 0);
            for (int position = 0; position < texts[i].Count; position++, row++)
                (tokens[row], positions[row], all[row]) = (texts[i][position], position, row);
        }
        var output = new float[checked(rows * width)];
        var input = new ForwardInput
        {
            Tokens = tokens,
            Positions = positions,
            Slots = all,
            Sequences = sequences,
            BlockTables = ReadOnlyMemory<int>.Empty,
            OutputRows = all,
        };
        model.Forward(input, _cache, output);
        return
        [
            .. sequences.Select(s => Pool(output.AsSpan(s.QueryStart * width, s.QueryCount * width), new float[width])),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    private float[] Pool(ReadOnlySpan<float> rows, float[] pooled)
    {
        // A model that names no pooling is pooled by the mean, as sentence-transformers does by default.
        var type = model.Config.Pooling is PoolingType.None ? PoolingType.Mean : model.Config.Pooling;
        Pooling.Pool(type, rows, pooled);
        double square = 0;
        foreach (float x in pooled)
            square += (double)x * x;
        if (!double.IsFinite(square))
            throw new Sampling.SamplingException("the model's embedding is not finite");
        float scale = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
        for (int i = 0; i < pooled.Length; i++)
            pooled[i] *= scale;
        return pooled;
    }
}
