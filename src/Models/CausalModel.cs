// Owns one forward pass: check the input, embed, run the blocks, hand the wanted rows to the head. What the blocks are
// made of is the business of Architectures/.
using Tern.Kernels;
using Tern.Models.KvCache;
using Tern.Models.Layers;
using Tern.Tensors;

namespace Tern.Models;

/// <summary>
/// A network that turns tokens into logits (or, for encoders, into embeddings). Not thread-safe: one pass at a time.
/// The model file and the backend given to the loader must outlive it; it disposes neither.
/// </summary>
public abstract class CausalModel : IDisposable
{
    private readonly ForwardPass _pass;
    private readonly KvLayerShape[] _kvShapes;

    private protected CausalModel(ModelConfig config, IBackend backend, KvLayerShape[] kvShapes)
    {
        Config = config;
        _kvShapes = kvShapes;
        _pass = new ForwardPass(backend);
    }

    /// <summary>What the model is.</summary>
    public ModelConfig Config { get; }

    /// <summary>Allocates a cache that fits this model. An encoder stores nothing between passes: its blocks are empty.</summary>
    /// <param name="blocks">Blocks.</param>
    /// <param name="blockSize">Tokens in a block.</param>
    /// <param name="type">F32 or F16.</param>
    public PagedKvCache CreateCache(int blocks, int blockSize, DType type) =>
        new(blocks, blockSize, type, Config.IsEncoder ? [] : _kvShapes);

    /// <summary>Bytes that a token takes in the cache, all layers; 0 for encoders.</summary>
    public long KvBytesPerToken(DType type) =>
        Config.IsEncoder ? 0 : _kvShapes.Sum(shape => (long)shape.ElementsPerToken) * type.BytesPerBlock();

    /// <summary>Runs a batch: stores the keys and values of its rows and writes what the output rows predict.</summary>
    /// <param name="input">The batch. An encoder's sequences must be whole: as many rows as context.</param>
    /// <param name="cache">Where the keys and values of earlier tokens are and those of these go; unused by encoders.</param>
    /// <param name="output">
    /// Logits <c>[OutputRows, vocabulary]</c>, or for encoders embeddings <c>[OutputRows, width]</c>.
    /// </param>
    /// <exception cref="ArgumentException">The input contradicts itself, the model or the cache.</exception>
    public void Forward(ForwardInput input, PagedKvCache cache, Span<float> output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(cache);
        ForwardInputCheck.Check(input, cache, Config, output.Length);
        _pass.Begin(input, cache, Config, _kvShapes);
        if (_pass.Rows == 0)
            return;

        var x = Embed(_pass);
        var mark = _pass.Mark();
        for (int layer = 0; layer < Config.LayerCount; layer++)
        {
            Layer(_pass, layer, x);
            _pass.Release(mark);
        }
        if (output.Length > 0)
            Output(_pass, _pass.OutputRows(x, Config.EmbeddingLength), output);
        _pass.End();
    }

    /// <summary>Releases the scratch memory.</summary>
    public void Dispose()
    {
        _pass.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Token ids to the residual stream <c>[rows, width]</c>.</summary>
    private protected abstract Span<float> Embed(ForwardPass pass);

    /// <summary>Runs one block on the residual stream in place.</summary>
    private protected abstract void Layer(ForwardPass pass, int layer, Span<float> x);

    /// <summary>The wanted rows of the residual stream (may be overwritten) to logits or embeddings.</summary>
    private protected abstract void Output(ForwardPass pass, Span<float> x, Span<float> output);
}
