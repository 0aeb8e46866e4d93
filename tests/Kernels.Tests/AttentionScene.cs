// Owns random caches with sequences in them, for tests of attention.
using Tern.Tensors;
using Tern.Tensors.Memory;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests;

/// <summary>Computes attention: that of a backend, or of some of its code.</summary>
internal delegate void Attend(in AttentionInput input, Span<float> output);

/// <summary>A paged cache with sequences in it, stored through the backend under test's own conversion.</summary>
internal sealed class AttentionScene : IDisposable
{
    private readonly int _heads;
    private readonly KvView _keys;
    private readonly KvView _values;
    private readonly AlignedMemory _memory;
    private readonly AttentionSequence[] _sequences;
    private readonly int[] _tables;
    private readonly float[] _query;
    private readonly float[] _sinks;

    public AttentionScene(int seed)
        : this(
            headDim: Whole(TypeOf(seed), 4 + seed * 7 % 93),
            valueDim: Whole(TypeOf(seed), 4 + seed * 5 % 70),
            heads: (1 + seed % 3) * (1 + seed % 5),
            kvHeads: 1 + seed % 3,
            contexts: [1 + seed * 37 % 200, 600 * (seed % 4 / 3) + 5, 65],
            queries: [1, 5, 1 + seed % 33],
            TypeOf(seed),
            blockSize: 1 + seed * 3 % 40
        )
    {
        Window = seed % 3 == 0 ? 1 + seed * 3 : 0;
        HasSinks = seed % 4 == 1;
        SoftCap = seed % 5 == 2 ? 3 : 0;
        Bidirectional = seed % 6 == 4;
    }

    public AttentionScene(
        int headDim,
        int valueDim,
        int heads,
        int kvHeads,
        int[] contexts,
        int[] queries,
        DType type,
        int blockSize,
        float garbage = 0,
        DType roundedTo = DType.F32,
        float? fault = null
    )
    {
        _heads = heads;
        _sequences = new AttentionSequence[contexts.Length];
        int blocks = 1 + contexts.Sum(context => (context + blockSize - 1) / blockSize);
        long key = type.RowBytes(headDim) + 8; // strides wider than the vectors
        long value = type.RowBytes(valueDim) + 4;
        long keyHead = blockSize * key + 4;
        long valueHead = blockSize * value + 8;
        long blockBytes = kvHeads * (keyHead + valueHead) + 64;
        _memory = new AlignedMemory(blocks * blockBytes);
        _keys = new KvView(_memory.Address, type, blockBytes, keyHead, key, blockSize, kvHeads, headDim);
        nint values = _memory.Address + (nint)(kvHeads * keyHead);
        _values = new KvView(values, type, blockBytes, valueHead, value, blockSize, kvHeads, valueDim);

        // Blocks are handed out from the back, so that no table is in order.
        _tables = [.. Enumerable.Range(1, blocks - 1).Reverse()];
        int[] all = [.. Enumerable.Range(0, blocks * blockSize)];
        Backends.Reference.StoreKv(Constant(all.Length * kvHeads * headDim, garbage), _keys, all);
        Backends.Reference.StoreKv(Constant(all.Length * kvHeads * valueDim, garbage), _values, all);
        int row = 0;
        int table = 0;
        for (int i = 0; i < contexts.Length; i++)
        {
            int context = contexts[i];
            int count = Math.Min(queries[i], context);
            _sequences[i] = new AttentionSequence(row, count, context, table);
            int[] slots =
            [
                .. Enumerable
                    .Range(0, context)
                    .Select(p => _tables[_sequences[i].BlockTableStart + p / blockSize] * blockSize + p % blockSize),
            ];
            float[] keyRows = Rounded(roundedTo, Randoms.Floats(context * kvHeads * headDim, 10 + i));
            float[] valueRows = Rounded(roundedTo, Randoms.Floats(context * kvHeads * valueDim, 20 + i));
            valueRows[0] = fault ?? valueRows[0];
            Backends.Reference.StoreKv(keyRows, _keys, slots);
            Backends.Reference.StoreKv(valueRows, _values, slots);
            row += count;
            table += (context + blockSize - 1) / blockSize;
        }
        _query = Randoms.Floats(row * heads * headDim, 1, 2);
        _sinks = Randoms.Floats(heads, 2, 3);
    }

    public KvView Keys => _keys;

    public KvView Values => _values;

    public int Window { get; init; }

    public bool HasSinks { get; init; }

    public float SoftCap { get; init; }

    public bool Bidirectional { get; init; }

    public void Dispose() => _memory.Dispose();

    public float[] Run(IBackend backend) => Run(backend.PagedAttention);

    public float[] Run(Attend attend) => Run(attend, _query, _sequences);

    public float[] Run(IBackend backend, AttentionSequence sequence) => Run(backend.PagedAttention, _query, [sequence]);

    public float[] RunChunk(IBackend backend, int start, int count) => RunChunk(backend.PagedAttention, start, count);

    /// <summary>Rows of the only sequence, as if the later tokens did not exist yet.</summary>
    public float[] RunChunk(Attend attend, int start, int count)
    {
        int width = _heads * _keys.HeadDim;
        var sequence = new AttentionSequence(0, count, start + count, 0);
        return Run(attend, _query.AsSpan(start * width, count * width), [sequence]);
    }

    public float[] RunOne(IBackend backend, int index) => RunOne(backend.PagedAttention, index);

    public float[] RunOne(Attend attend, int index)
    {
        int width = _heads * _keys.HeadDim;
        var sequence = _sequences[index];
        var query = _query.AsSpan(sequence.QueryStart * width, sequence.QueryCount * width);
        return Run(attend, query, [sequence with { QueryStart = 0 }]);
    }

    private float[] Run(Attend attend, ReadOnlySpan<float> query, AttentionSequence[] sequences)
    {
        var output = new float[query.Length / _keys.HeadDim * _values.HeadDim];
        var input = new AttentionInput
        {
            Query = query,
            Keys = _keys,
            Values = _values,
            Sequences = sequences,
            BlockTables = _tables,
            Heads = _heads,
            Scale = 1 / MathF.Sqrt(_keys.HeadDim),
            Window = Window,
            SoftCap = SoftCap,
            Sinks = HasSinks ? _sinks : [],
            Bidirectional = Bidirectional,
        };
        attend(input, output);
        return output;
    }

    private static DType TypeOf(int seed) => KvTypes.All[(seed + seed / 4) % KvTypes.All.Count];

    /// <summary>The length, up to a whole number of the type's blocks.</summary>
    private static int Whole(DType type, int length)
    {
        int block = type.ElementsPerBlock();
        return (length + block - 1) / block * block;
    }

    private static float[] Rounded(DType type, float[] values)
    {
        var bytes = new byte[type.RowBytes(values.Length)];
        Quantizer.Row(type, values, bytes);
        var rounded = new float[values.Length];
        Dequantizer.Row(type, bytes, rounded);
        return rounded;
    }

    private static float[] Constant(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }
}
