// Paged attention: against the reference on random shapes, and its promise of one order of accumulation.
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Tensors.Memory;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests;

public class PagedAttentionTests
{
    [Fact]
    public void Random_shapes_agree_with_the_reference_on_every_tier_and_thread_count()
    {
        for (int seed = 0; seed < 24; seed++)
        {
            using var scene = new Scene(seed);
            float[] expected = scene.Run(Backends.Reference);
            float[] actual = Backends.SameBits(scene.Run);
            Backends.AssertClose(expected, actual, 3e-5f, 3e-5f);
        }
    }

    [Theory]
    [InlineData(0, false, 16, 4, 4, DType.F16)]
    [InlineData(100, false, 20, 4, 2, DType.BF16)]
    [InlineData(33, false, 64, 32, 1, DType.Q8_0)]
    [InlineData(0, false, 64, 1, 1, DType.F16)]
    [InlineData(0, true, 32, 3, 1, DType.Q8_0)]
    public void Chunks_of_a_prompt_do_not_change_a_rows_bits(
        int window,
        bool sinks,
        int headDim,
        int heads,
        int kvHeads,
        DType type
    )
    {
        const int Length = 1100; // three splits
        using var scene = new Scene(headDim, headDim, heads, kvHeads, [Length], [Length], type, blockSize: 16)
        {
            Window = window,
            HasSinks = sinks,
        };
        using var backend = new CpuBackend(2);
        float[] whole = scene.Run(backend);
        int width = heads * headDim;
        foreach (
            var (start, count) in new[]
            {
                (0, 1),
                (1, 30),
                (31, 33),
                (500, 40),
                (1023, 1),
                (1024, 1),
                (1099, 1),
                (700, 400),
            }
        )
        {
            float[] chunk = scene.RunChunk(backend, start, count);
            Backends.AssertBits(whole.AsSpan(start * width, count * width), chunk, $"rows {start}+{count}");
        }
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(64, 7)]
    [InlineData(20, 16)]
    public void Generated_code_reads_a_cache_of_halves_with_the_same_bits(int headDim, int blockSize)
    {
        using var scene = new Scene(headDim, headDim, heads: 4, kvHeads: 2, [90, 33], [3, 33], DType.F16, blockSize);
        using var plain = new CpuBackend(2);
        float[] expected = scene.Run(plain);
        foreach (var make in Backends.Fast)
        {
            using var backend = make(2);
            using var weight = backend.Prepare(Randoms.Weight(DType.F16, 16, 32, 1)); // asks for the kernels
            Backends.AssertBits(expected, scene.Run(backend), $"{backend.Name}, {backend.GeneratesKernels}");
        }
    }

    [Fact]
    public void A_long_context_divided_among_threads_has_the_bits_of_one_thread()
    {
        using var scene = new Scene(32, 48, heads: 2, kvHeads: 1, [1700], [1], DType.F32, blockSize: 8);
        float[] expected = scene.Run(Backends.Reference);
        using var one = new CpuBackend(1);
        float[] alone = scene.Run(one);
        Backends.AssertClose(expected, alone, 1e-5f, 1e-5f);
        using var five = new CpuBackend(5);
        Backends.AssertBits(alone, scene.Run(five), "five threads");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    public void A_long_context_is_divided_among_threads_beside_short_ones_without_a_change_of_bits(int window)
    {
        using var scene = new Scene(
            32,
            32,
            heads: 6,
            kvHeads: 2,
            [20, 1700, 90, 600],
            [1, 2, 90, 1],
            DType.Q8_0,
            blockSize: 16
        )
        {
            Window = window,
        };
        float[] expected = scene.Run(Backends.Reference);
        using var one = new CpuBackend(1);
        float[] alone = scene.Run(one);
        Backends.AssertClose(expected, alone, 1e-5f, 1e-5f);
        foreach (int threads in new[] { 3, 8, 16 })
        {
            using var many = new CpuBackend(threads);
            Backends.AssertBits(alone, scene.Run(many), many.Name);
        }
    }

    [Theory]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    [InlineData(DType.Q8_0)]
    public void A_rounded_cache_gives_the_bits_of_a_float_cache_of_the_rounded_values(DType type)
    {
        (int[] contexts, int[] queries) = ([600, 70, 1], [1, 70, 1]);
        using var rounded = new Scene(64, 32, heads: 6, kvHeads: 2, contexts, queries, type, blockSize: 16);
        using var exact = new Scene(
            64,
            32,
            heads: 6,
            kvHeads: 2,
            contexts,
            queries,
            DType.F32,
            blockSize: 16,
            roundedTo: type
        );
        Backends.AssertBits(Backends.SameBits(exact.Run), Backends.SameBits(rounded.Run), type.ToString());
        Backends.AssertBits(exact.Run(Backends.Reference), rounded.Run(Backends.Reference), "reference");
    }

    [Fact]
    public void A_fault_in_a_stored_row_shows_in_the_result()
    {
        foreach (var type in KvTypes.All)
        {
            using var scene = new Scene(32, 32, 1, 1, [40], [1], type, blockSize: 16, fault: float.NaN);
            using var backend = new CpuBackend(1);
            Assert.Contains(float.NaN, scene.Run(backend));
            Assert.Contains(float.NaN, scene.Run(Backends.Reference));
        }
    }

    [Fact]
    public void A_sequence_has_the_same_bits_alone_and_in_a_batch_and_under_any_block_size()
    {
        using var scene = new Scene(64, 64, heads: 4, kvHeads: 2, [90, 700, 33], [1, 5, 33], DType.F32, blockSize: 16);
        using var backend = new CpuBackend(2);
        float[] together = scene.Run(backend);
        float[] alone = scene.RunOne(backend, 1);
        Backends.AssertBits(together.AsSpan(1 * 256, 5 * 256), alone, "second sequence");
        using var other = new Scene(64, 64, heads: 4, kvHeads: 2, [90, 700, 33], [1, 5, 33], DType.F32, blockSize: 7);
        Backends.AssertBits(together, other.Run(backend), "blocks of 7");
    }

    [Fact]
    public void Garbage_beyond_the_visible_positions_is_never_read()
    {
        using var scene = new Scene(
            20,
            20,
            heads: 2,
            kvHeads: 2,
            [37],
            [5],
            DType.F32,
            blockSize: 16,
            garbage: float.NaN
        );
        using var backend = new CpuBackend(1);
        Assert.All(scene.Run(backend), value => Assert.True(float.IsFinite(value)));
        Assert.All(scene.Run(Backends.Reference), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Impossible_arguments_are_refused()
    {
        using var scene = new Scene(16, 16, heads: 4, kvHeads: 2, [10], [10], DType.F32, blockSize: 4);
        using var backend = new CpuBackend(1);
        Assert.Throws<ArgumentException>(() => scene.Run(backend, new AttentionSequence(0, 11, 10, 0)));
        Assert.Throws<ArgumentException>(() => scene.Run(backend, new AttentionSequence(1, 10, 10, 0)));
        Assert.Throws<ArgumentException>(() => scene.Run(backend, new AttentionSequence(0, 10, 10, 2)));
        Assert.Throws<ArgumentException>(() => scene.Run(backend, new AttentionSequence(-1, 10, 10, 0)));

        var keys = scene.Keys with { Type = DType.Q8_0 };
        var error = Assert.Throws<ArgumentException>(() => backend.StoreKv(new float[32], keys, [0]));
        Assert.Contains("16 elements", error.Message, StringComparison.Ordinal);
        keys = scene.Keys with { Type = DType.Q4_0 };
        Assert.Throws<NotSupportedException>(() => backend.StoreKv(new float[32], keys, [0]));
    }

    /// <summary>A paged cache with sequences in it, stored through the backend under test's own conversion.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly int _heads;
        private readonly KvView _keys;
        private readonly KvView _values;
        private readonly AlignedMemory _memory;
        private readonly AttentionSequence[] _sequences;
        private readonly int[] _tables;
        private readonly float[] _query;
        private readonly float[] _sinks;
        private readonly float _softCap;
        private readonly bool _bidirectional;

        public Scene(int seed)
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
            _softCap = seed % 5 == 2 ? 3 : 0;
            _bidirectional = seed % 6 == 4;
        }

        public Scene(
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
                        .Select(p =>
                            _tables[_sequences[i].BlockTableStart + p / blockSize] * blockSize + p % blockSize
                        ),
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

        public int Window { get; init; }

        public bool HasSinks { get; init; }

        public void Dispose() => _memory.Dispose();

        public float[] Run(IBackend backend) => Run(backend, _query, _sequences);

        public float[] Run(IBackend backend, AttentionSequence sequence) => Run(backend, _query, [sequence]);

        /// <summary>Rows of the only sequence, as if the later tokens did not exist yet.</summary>
        public float[] RunChunk(IBackend backend, int start, int count)
        {
            int width = _heads * _keys.HeadDim;
            var sequence = new AttentionSequence(0, count, start + count, 0);
            return Run(backend, _query.AsSpan(start * width, count * width), [sequence]);
        }

        public float[] RunOne(IBackend backend, int index)
        {
            int width = _heads * _keys.HeadDim;
            var sequence = _sequences[index];
            var query = _query.AsSpan(sequence.QueryStart * width, sequence.QueryCount * width);
            return Run(backend, query, [sequence with { QueryStart = 0 }]);
        }

        private float[] Run(IBackend backend, ReadOnlySpan<float> query, AttentionSequence[] sequences)
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
                SoftCap = _softCap,
                Sinks = HasSinks ? _sinks : [],
                Bidirectional = _bidirectional,
            };
            backend.PagedAttention(input, output);
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
}
