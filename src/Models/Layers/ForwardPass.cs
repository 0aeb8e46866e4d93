// Owns the state of the forward pass in progress: its input, its cache and its scratch memory.
using Tern.Kernels;
using Tern.Models.KvCache;

namespace Tern.Models.Layers;

/// <summary>One forward pass; the object is reused by the next, and with it all memory.</summary>
internal sealed class ForwardPass(IBackend backend) : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly EncoderCache _encoder = new();
    private ForwardInput _input;
    private PagedKvCache _cache = null!;
    private ReadOnlyMemory<int> _slots;
    private ReadOnlyMemory<int> _blockTables;
    private ReadOnlyMemory<AttentionSequence> _sequences;
    private bool _oneLayerCache;

    public IBackend Backend => backend;

    /// <summary>Rows of the batch, one a token.</summary>
    public int Rows { get; private set; }

    public ReadOnlySpan<int> Tokens => _input.Tokens.Span;

    public ReadOnlySpan<int> Positions => _input.Positions.Span;

    public ReadOnlySpan<int> Slots => _slots.Span;

    public ReadOnlySpan<int> BlockTables => _blockTables.Span;

    public ReadOnlySpan<AttentionSequence> Sequences => _sequences.Span;

    /// <summary>Where a layer's keys lie. An encoder's layers share one cache: none looks back at an earlier pass.</summary>
    public KvView Keys(int layer) => _cache.Keys(_oneLayerCache ? 0 : layer);

    public KvView Values(int layer) => _cache.Values(_oneLayerCache ? 0 : layer);

    public void Begin(in ForwardInput input, PagedKvCache cache, ModelConfig config, KvLayerShape[] kvShapes)
    {
        _input = input;
        _scratch.Reset();
        Rows = input.Tokens.Length;
        _oneLayerCache = config.IsEncoder;
        if (config.IsEncoder)
        {
            _encoder.Arrange(input.Sequences.Span, kvShapes[0]);
            (_cache, _slots, _blockTables, _sequences) = (
                _encoder.Cache,
                _encoder.Slots,
                _encoder.BlockTables,
                _encoder.Sequences
            );
        }
        else
        {
            (_cache, _slots, _blockTables, _sequences) = (cache, input.Slots, input.BlockTables, input.Sequences);
        }
    }

    /// <summary>Lets go of what belongs to the caller.</summary>
    public void End()
    {
        _input = default;
        _cache = null!;
        _slots = _blockTables = default;
        _sequences = default;
    }

    /// <summary>Scratch for <paramref name="count"/> floats, not cleared, until released.</summary>
    public Span<float> Take(int count) => _scratch.Take(count);

    /// <summary>Scratch for <paramref name="rows"/> × <paramref name="width"/> floats.</summary>
    public Span<float> Take(int rows, int width) => _scratch.Take(checked(rows * width));

    /// <summary>Scratch for integers, not cleared, until the end of the pass.</summary>
    public Span<int> TakeIntegers(int count) => _scratch.TakeIntegers(count);

    public Scratch.Mark Mark() => _scratch.Position;

    public void Release(Scratch.Mark mark) => _scratch.Release(mark);

    /// <summary>A copy of the rows that the caller wants, <c>[outputRows, width]</c>.</summary>
    public Span<float> OutputRows(ReadOnlySpan<float> x, int width)
    {
        var rows = _input.OutputRows.Span;
        var selected = Take(rows.Length, width);
        for (int i = 0; i < rows.Length; i++)
            x.Slice(rows[i] * width, width).CopyTo(selected[(i * width)..]);
        return selected;
    }

    public void Dispose() => _encoder.Dispose();
}
