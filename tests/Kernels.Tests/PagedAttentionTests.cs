// Paged attention: against the reference on random shapes, and its promise of one order of accumulation.
using Tern.Kernels.Cpu;
using Tern.Tensors;

namespace Tern.Kernels.Tests;

public class PagedAttentionTests
{
    [Fact]
    public void Random_shapes_agree_with_the_reference_on_every_tier_and_thread_count()
    {
        for (int seed = 0; seed < 24; seed++)
        {
            using var scene = new AttentionScene(seed);
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
        using var scene = new AttentionScene(headDim, headDim, heads, kvHeads, [Length], [Length], type, blockSize: 16)
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
        using var scene = new AttentionScene(
            headDim,
            headDim,
            heads: 4,
            kvHeads: 2,
            [90, 33],
            [3, 33],
            DType.F16,
            blockSize
        );
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
        using var scene = new AttentionScene(32, 48, heads: 2, kvHeads: 1, [1700], [1], DType.F32, blockSize: 8);
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
        using var scene = new AttentionScene(
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
        Backends.AssertBits(Backends.SameBits(exact.Run), Backends.SameBits(rounded.Run), type.ToString());
        Backends.AssertBits(exact.Run(Backends.Reference), rounded.Run(Backends.Reference), "reference");
    }

    [Fact]
    public void A_fault_in_a_stored_row_shows_in_the_result()
    {
        foreach (var type in KvTypes.All)
        {
            using var scene = new AttentionScene(32, 32, 1, 1, [40], [1], type, blockSize: 16, fault: float.NaN);
            using var backend = new CpuBackend(1);
            Assert.Contains(float.NaN, scene.Run(backend));
            Assert.Contains(float.NaN, scene.Run(Backends.Reference));
        }
    }

    [Fact]
    public void A_sequence_has_the_same_bits_alone_and_in_a_batch_and_under_any_block_size()
    {
        using var scene = new AttentionScene(
            64,
            64,
            heads: 4,
            kvHeads: 2,
            [90, 700, 33],
            [1, 5, 33],
            DType.F32,
            blockSize: 16
        );
        using var backend = new CpuBackend(2);
        float[] together = scene.Run(backend);
        float[] alone = scene.RunOne(backend, 1);
        Backends.AssertBits(together.AsSpan(1 * 256, 5 * 256), alone, "second sequence");
        using var other = new AttentionScene(
            64,
            64,
            heads: 4,
            kvHeads: 2,
            [90, 700, 33],
            [1, 5, 33],
            DType.F32,
            blockSize: 7
        );
        Backends.AssertBits(together, other.Run(backend), "blocks of 7");
    }

    [Fact]
    public void Garbage_beyond_the_visible_positions_is_never_read()
    {
        using var scene = new AttentionScene(
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
        using var scene = new AttentionScene(16, 16, heads: 4, kvHeads: 2, [10], [10], DType.F32, blockSize: 4);
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
}
