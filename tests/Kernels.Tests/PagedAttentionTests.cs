// Paged attention: against the reference on random shapes, and its promise of one order of accumulation.
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Tensors.Memory;

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
    [InlineData(0, false, 16, 4, 4)]
    [InlineData(100, false, 20, 4, 2)]
    [InlineData(33, false, 64, 32, 1)]
    [InlineData(0, false, 64, 1, 1)]
    public void Chunks_of_a_prompt_do_not_change_a_rows_bits(
        int window,
        bool sinks,
        int headDim,
        int heads,
        int kvHeads
    )
    {
        const int Length = 1100; // three splits
        using var scene = new Scene(headDim, headDim, heads, kvHeads, [Length], [Length], DType.F16, blockSize: 16)
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
                headDim: 4 + seed * 7 % 93,
                valueDim: 4 + seed * 5 % 70,
                heads: (1 + seed % 3) * (1 + seed % 5),
                kvHeads: 1 + seed % 3,
                contexts: [1 + seed * 37 % 200, 600 * (seed % 4 / 3) + 5, 65],
                queries: [1, 5, 1 + seed % 33],
                seed % 2 == 0 ? DType.F32 : DType.F16,
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
            float garbage = 0
        )
        {
            _heads = heads;
            _sequences = new AttentionSequence[contexts.Length];
            int blocks = 1 + contexts.Sum(context => (context + blockSize - 1) / blockSize);
            int element = type == DType.F32 ? 4 : 2;
            long keyToken = kvHeads * headDim * element + 8; // strides wider than the vectors
            long valueToken = kvHeads * valueDim * element + 4;
            long blockBytes = blockSize * (keyToken + valueToken) + 64;
            _memory = new AlignedMemory(blocks * blockBytes);
            _keys = new KvView(_memory.Address, type, blockBytes, keyToken, blockSize, kvHeads, headDim);
            _values = new KvView(
                _memory.Address + (nint)(blockSize * keyToken),
                type,
                blockBytes,
                valueToken,
                blockSize,
                kvHeads,
                valueDim
            );

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
                Backends.Reference.StoreKv(Randoms.Floats(context * kvHeads * headDim, 10 + i), _keys, slots);
                Backends.Reference.StoreKv(Randoms.Floats(context * kvHeads * valueDim, 20 + i), _values, slots);
                row += count;
                table += (context + blockSize - 1) / blockSize;
            }
            _query = Randoms.Floats(row * heads * headDim, 1, 2);
            _sinks = Randoms.Floats(heads, 2, 3);
        }

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

        private static float[] Constant(int count, float value)
        {
            var values = new float[count];
            Array.Fill(values, value);
            return values;
        }
    }
}
