// The CPU backend as a whole: which tier it takes, and that its calls allocate nothing.
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Tests;

public class CpuBackendTests
{
    [Fact]
    public void An_unset_tier_is_the_best_and_a_named_one_is_taken()
    {
        Assert.Equal(CpuBackend.BestTier, CpuBackend.ParseTier(null));
        Assert.Equal(CpuBackend.BestTier, CpuBackend.ParseTier(""));
        Assert.Equal(SimdTier.V128, CpuBackend.ParseTier("v128"));
        Assert.Equal(SimdTier.V512, CpuBackend.ParseTier("V512"));
    }

    [Theory]
    [InlineData("avx2")]
    [InlineData("512")]
    [InlineData("1")]
    public void An_unknown_tier_is_refused_with_the_known_ones(string setting)
    {
        var error = Assert.Throws<ArgumentException>(() => CpuBackend.ParseTier(setting));
        Assert.Contains($"'{setting}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("V128, V256, V512", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tier_beyond_the_machine_is_refused() =>
        Assert.Throws<PlatformNotSupportedException>(() => new CpuBackend(1, CpuBackend.BestTier + 1));

    [Fact]
    public void The_name_tells_threads_and_vectors()
    {
        using var backend = new CpuBackend(2, SimdTier.V128);
        Assert.Equal("cpu (128-bit vectors, 2 threads)", backend.Name);
        Assert.Equal(2, backend.Threads);
    }

    [Fact]
    public unsafe void Every_half_widens_exactly_on_every_tier()
    {
        var halves = new ushort[1 << 16];
        for (int i = 0; i < halves.Length; i++)
            halves[i] = (ushort)i;
        fixed (ushort* source = halves)
        {
            for (int i = 0; i < halves.Length; i += 16)
            {
                CheckHalves<Lanes128>(source + i);
                if (Lanes256.IsSupported)
                    CheckHalves<Lanes256>(source + i);
                if (Lanes512.IsSupported)
                    CheckHalves<Lanes512>(source + i);
            }
        }
    }

    [Fact]
    public void Calls_allocate_nothing_once_warm()
    {
        using var backend = new CpuBackend(2);
        const int Width = 256;
        const int Rows = 20;
        var weight = Randoms.Weight(DType.Q4_K, 300, Width, 1);
        using var prepared = backend.Prepare(weight);
        float[] x = Randoms.Floats(Rows * Width, 1);
        float[] y = new float[Rows * 300];
        float[] z = Randoms.Floats(Rows * Width, 2);
        using var memory = new AlignedMemory(64 * Width * 2 * sizeof(float));
        var keys = new KvView(memory.Address, DType.F32, 16 * Width * 4, 16 * 64 * 4, 64 * 4, 16, 4, 64);
        var values = keys with { Data = memory.Address + 64 * Width * sizeof(float) };
        int[] slots = [.. Enumerable.Range(0, Rows)];
        int[] tables = [0, 1];
        AttentionSequence[] sequences = [new AttentionSequence(0, Rows, Rows, 0)];
        float[] frequencies = Randoms.Floats(32, 3);

        void All()
        {
            backend.MatMul(prepared, x, y, 1);
            backend.MatMul(prepared, x, y, Rows);
            backend.Gather(weight, slots, z);
            backend.RmsNorm(x, z.AsSpan(0, Width), 1e-5f, x);
            backend.LayerNorm(x, z.AsSpan(0, Width), [], 1e-5f, x);
            backend.Rope(x, slots, 4, 64, frequencies, 1, RopeStyle.HalfSplit);
            backend.StoreKv(x, keys, slots);
            backend.StoreKv(x, values, slots);
            var input = new AttentionInput
            {
                Query = x,
                Keys = keys,
                Values = values,
                Sequences = sequences,
                BlockTables = tables,
                Heads = 4,
                Scale = 0.1f,
            };
            backend.PagedAttention(input, z);
            backend.AddBias(x, z.AsSpan(0, Width));
            backend.Add(x, z, x);
            backend.AddScaled(x, z, 0.5f);
            backend.Scale(x, 0.5f);
            backend.SoftCap(x, 5);
            backend.Gate(x, z, x, Activation.Silu);
            backend.Activate(x, x, Activation.GeluErf);
        }
        for (int i = 0; i < 50; i++)
            All();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static unsafe void CheckHalves<TLanes>(ushort* source)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* values = stackalloc float[16];
        TLanes.Store(values, TLanes.FromHalf(source));
        for (int i = 0; i < 16; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf(source[i]);
            if (!expected.Equals(values[i]) || !expected.Equals(HalfBits.ToSingle(source[i])))
                Assert.Fail($"half {source[i]:x4} became {values[i]:R} and not {expected:R} on {typeof(TLanes).Name}");
        }
    }
}
