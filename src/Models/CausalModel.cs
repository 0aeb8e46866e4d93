// Owns one forward pass: check the input, embed, run the blocks, hand the wanted rows to the head. What the parts are is
// the business of Architectures/.
using Tern.Kernels;
using Tern.Models.KvCache;
using Tern.Models.Layers;
using Tern.Models.Loading;
using Tern.Tensors;

namespace Tern.Models;

/// <summary>
/// A network that turns tokens into logits (or, for encoders, into embeddings). Not thread-safe: one pass at a time.
/// The model file and the backend given to the loader must outlive it; it disposes neither.
/// </summary>
public sealed class CausalModel : IDisposable
{
    private readonly ForwardPass _pass;
    private readonly Embedding _embedding;
    private readonly IBlock[] _blocks;
    private readonly OutputHead? _head;
    private readonly LoadedWeights _loaded;
    private readonly KvLayerShape[] _kvShapes;

    /// <summary>Puts a network together; one without a head is an encoder.</summary>
    internal CausalModel(WeightReader weights, Embedding embedding, IBlock[] blocks, OutputHead? head)
    {
        Config = weights.Config(isEncoder: head is null);
        _pass = new ForwardPass(weights.Backend);
        _embedding = embedding;
        _loaded = weights.Loaded;
        _blocks = blocks;
        _head = head;
        _kvShapes = Array.ConvertAll(blocks, block => block.Kv);
    }

    /// <summary>What the model is.</summary>
    public ModelConfig Config { get; }

    /// <summary>Every matrix that the backend prepared, in the order in which it did.</summary>
    public IReadOnlyList<Weight> Weights => _loaded.Matrices;

    /// <summary>Allocates a cache that fits this model. An encoder stores nothing between passes: its blocks are empty.</summary>
    /// <param name="blocks">Blocks.</param>
    /// <param name="blockSize">Tokens in a block.</param>
    /// <param name="type">Element type, one of <see cref="KvTypes"/>.</param>
    /// <exception cref="KvCacheTypeException">A head's key or value is no whole number of the type's blocks.</exception>
    public PagedKvCache CreateCache(int blocks, int blockSize, DType type) =>
        new(blocks, blockSize, type, Config.IsEncoder ? [] : _kvShapes);

    /// <summary>Bytes that a token takes in the cache, all layers; 0 for encoders.</summary>
    /// <exception cref="KvCacheTypeException">A head's key or value is no whole number of the type's blocks.</exception>
    public long KvBytesPerToken(DType type)
    {
        long bytes = 0;
        if (!Config.IsEncoder)
            foreach (var shape in _kvShapes)
                bytes += shape.BytesPerToken(type);
        return bytes;
    }

    /// <summary>Runs a batch: stores the keys and values of its rows and writes what the output rows predict.</summary>
    /// <param name="input">The batch. An encoder's sequences must be whole: as many rows as context.</param>
    /// <param name="cache">Where the keys and values of earlier tokens are and those of these go; unused by encoders.</param>
    /// <param name="output">
    /// Logits <c>[OutputRows, vocabulary]</c>, or for encoders embeddings <c>[OutputRows, width]</c>.
    /// </param>
    /// <exception cref="ArgumentException">The input contradicts itself, the model or the cache.</exception>
    public void Forward(in ForwardInput input, PagedKvCache cache, Span<float> output)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ForwardInputCheck.Check(input, cache, Config, output.Length);
        if (input.Tokens.IsEmpty)
            return;
        _pass.Begin(input, cache, Config, _kvShapes);
        var x = _embedding.Forward(_pass);
        foreach (var block in _blocks)
            block.Forward(_pass, x);
        if (!output.IsEmpty)
        {
            var wanted = _pass.OutputRows(x, Config.EmbeddingLength);
            if (_head is null)
                wanted.CopyTo(output);
            else
                _head.Forward(_pass, wanted, output);
        }
        _pass.End();
    }

    /// <summary>Why <see cref="Refresh"/> is not supported, or null where it is.</summary>
    public string? RefreshObstacle => _loaded.Obstacle;

    /// <summary>
    /// Takes the weights again from the tensors of the file that it was loaded from, whose owner has changed them in memory. The
    /// token embedding is always read there. No pass may be running, and what a cache holds belongs to the weights before.
    /// </summary>
    /// <exception cref="NotSupportedException">A matrix is not F32, or something was computed of a tensor once and for all.</exception>
    public void Refresh() => _loaded.Refresh(_pass.Backend);

    /// <summary>Releases the scratch memory and what the backend made of the weights.</summary>
    public void Dispose()
    {
        _pass.Dispose();
        foreach (var weight in Weights)
            weight.Dispose();
    }
}
