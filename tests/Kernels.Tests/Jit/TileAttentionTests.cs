// Attention in tiles: near the reference on random shapes, and the same promises as in vectors. The kernels run in the
// interpreter, amid the code that calls them in the backend.
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class TileAttentionTests
{
    private static readonly InterpretedTiles s_tiles = new();

    [Fact]
    public void Random_shapes_agree_with_the_reference()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var type = KvTypes.All[seed % KvTypes.All.Count];
            using var scene = new AttentionScene(
                headDim: 32 * (1 + seed % 3),
                valueDim: type == DType.Q8_0 ? 32 * (1 + seed % 2) : 16 * (1 + seed % 5),
                heads: (1 + seed % 2) * (1 + seed % 5),
                kvHeads: 1 + seed % 2,
                contexts: [1 + seed * 37 % 100, 520 * (seed % 4 / 3) + 5, 65],
                queries: [1, 2, 1 + seed % 23],
                type,
                blockSize: seed % 3 == 0 ? 1 + seed * 3 % 40 : 16 << seed % 2
            )
            {
                Window = seed % 3 == 1 ? 1 + seed * 3 : 0,
                HasSinks = seed % 4 == 1,
                SoftCap = seed % 5 == 2 ? 3 : 0,
                Bidirectional = seed % 6 == 4,
            };
            Backends.AssertClose(scene.Run(Backends.Reference), Run(scene, threads: 2), 3e-5f, 3e-5f);
        }
    }

    [Theory]
    [InlineData(0, false, 32, 4, 4, DType.F16)]
    [InlineData(100, true, 32, 4, 1, DType.Q8_0)]
    [InlineData(33, false, 64, 5, 1, DType.BF16)]
    public void Chunks_of_a_prompt_do_not_change_a_rows_bits(
        int window,
        bool sinks,
        int headDim,
        int heads,
        int kvHeads,
        DType type
    )
    {
        const int Length = 90;
        using var scene = new AttentionScene(headDim, headDim, heads, kvHeads, [Length], [Length], type, blockSize: 16)
        {
            Window = window,
            HasSinks = sinks,
        };
        using var attention = new InterpretedAttention(2);
        float[] whole = scene.Run(attention.Attend);
        int width = heads * headDim;
        foreach (var (start, count) in new[] { (0, 1), (1, 30), (31, 33), (64, 1), (89, 1), (50, 40) })
        {
            float[] chunk = scene.RunChunk(attention.Attend, start, count);
            Backends.AssertBits(whole.AsSpan(start * width, count * width), chunk, $"rows {start}+{count}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    public void A_long_context_is_divided_among_threads_beside_short_ones_without_a_change_of_bits(int window)
    {
        using var scene = new AttentionScene(
            32,
            32,
            heads: 6,
            kvHeads: 2,
            [20, 1100, 90],
            [1, 2, 20],
            DType.F16,
            blockSize: 16
        )
        {
            Window = window,
        };
        float[] alone = Run(scene, threads: 1);
        Backends.AssertClose(scene.Run(Backends.Reference), alone, 3e-5f, 3e-5f);
        Backends.AssertBits(alone, Run(scene, threads: 8), "eight threads");
    }

    [Theory]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    [InlineData(DType.Q8_0)]
    public void A_rounded_cache_gives_the_bits_of_a_float_cache_of_the_rounded_values(DType type)
    {
        (int[] contexts, int[] queries) = ([70, 33, 1], [1, 33, 1]);
        using var rounded = new AttentionScene(64, 32, heads: 6, kvHeads: 2, contexts, queries, type, blockSize: 16);
        using var exact = new AttentionScene(
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
        Backends.AssertBits(Run(exact, 2), Run(rounded, 2), type.ToString());
    }

    [Fact]
    public void A_sequence_has_the_same_bits_alone_and_in_a_batch_and_under_any_block_size()
    {
        (int[] contexts, int[] queries) = ([90, 100, 33], [1, 5, 33]);
        using var scene = new AttentionScene(64, 64, heads: 4, kvHeads: 2, contexts, queries, DType.F16, blockSize: 16);
        float[] together = Run(scene, threads: 2);
        using var attention = new InterpretedAttention(2);
        Backends.AssertBits(together.AsSpan(1 * 256, 5 * 256), scene.RunOne(attention.Attend, 1), "second sequence");
        using var other = new AttentionScene(64, 64, heads: 4, kvHeads: 2, contexts, queries, DType.F16, blockSize: 7);
        Backends.AssertBits(together, Run(other, threads: 2), "blocks of 7");
    }

    [Fact]
    public void A_fault_in_a_stored_row_shows_in_the_result()
    {
        foreach (var type in KvTypes.All)
        {
            using var scene = new AttentionScene(32, 32, 1, 1, [40], [1], type, blockSize: 16, fault: float.NaN);
            Assert.Contains(float.NaN, Run(scene, threads: 1));
        }
    }

    [Fact]
    public void Garbage_beyond_the_visible_positions_is_never_read()
    {
        foreach (var type in KvTypes.All)
        {
            using var scene = new AttentionScene(
                32,
                32,
                heads: 2,
                kvHeads: 2,
                [37, 70],
                [5, 1],
                type,
                blockSize: 16,
                garbage: float.NaN
            )
            {
                Window = 20,
            };
            Assert.All(Run(scene, threads: 1), value => Assert.True(float.IsFinite(value)));
        }
    }

    [Theory]
    [InlineData(64, 16, true)]
    [InlineData(96, 80, true)]
    [InlineData(80, 80, false)]
    [InlineData(64, 20, false)]
    public void Tiles_take_whole_steps_and_panels(int headDim, int valueDim, bool takes)
    {
        using var scene = new AttentionScene(headDim, valueDim, 1, 1, [3], [1], DType.F16, blockSize: 16);
        Assert.Equal(takes, AttentionJob.TilesTake(scene.Keys, scene.Values));
    }

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_the_backend_gives_the_bits_of_the_interpreter(DType type)
    {
        (int[] contexts, int[] queries) = ([600, 100, 33], [1, 5, 33]);
        using var scene = new AttentionScene(64, 96, heads: 4, kvHeads: 2, contexts, queries, type, blockSize: 16);
        using var backend = new CpuBackend(2, CpuBackend.BestTier, Numerics.Fast, JitTier.Amx);
        Backends.AssertBits(Run(scene, threads: 1), scene.Run(backend), type.ToString());
    }

    public static TheoryData<DType> Types => [.. KvTypes.All];

    private static float[] Run(AttentionScene scene, int threads)
    {
        using var attention = new InterpretedAttention(threads);
        return scene.Run(attention.Attend);
    }

    private sealed class InterpretedAttention(int threads) : IDisposable
    {
        private readonly CpuContext _context = new(threads);
        private readonly Operations _operations = Operations.For(CpuBackend.BestTier);

        public void Dispose() => _context.Dispose();

        public void Attend(in AttentionInput input, Span<float> output)
        {
            Assert.True(AttentionJob.TilesTake(input.Keys, input.Values));
            // What lies in the working memory must not matter.
            const int Floats = 1 << 20;
            new Span<float>(_context.Scratch.Reserve(Floats), Floats).Fill(float.NaN);
            fixed (float* query = input.Query)
            fixed (float* result = output)
            fixed (int* tables = input.BlockTables)
            fixed (float* sinks = input.Sinks)
            fixed (AttentionSequence* sequences = input.Sequences)
            {
                var job = new AttentionJob(input, query, result, tables, sinks, sequences) { Tiles = s_tiles.Kernels };
                _operations.PagedAttention(_context, job);
            }
        }
    }
}
