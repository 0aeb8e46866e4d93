// Owns the backends that kernel tests compare.
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Reference;

namespace Tern.Kernels.Tests;

internal static class Backends
{
    public static readonly SimdTier[] Tiers = [.. Enum.GetValues<SimdTier>().Where(CpuBackend.IsSupported)];

    /// <summary>Makes backends of integer products, by their threads: of every tier in C#, and of every tier of generated code.</summary>
    public static readonly Func<int, CpuBackend>[] Fast =
    [
        .. Tiers.Select(tier => (Func<int, CpuBackend>)(threads => new(threads, tier, Numerics.Fast))),
        .. Enum.GetValues<JitTier>()
            .Where(jit => jit != JitTier.Off && JitTiers.Missing(ProcessorFeatures.Current, jit) is null)
            .Select(jit => (Func<int, CpuBackend>)(threads => Generated(threads, jit))),
    ];

    public static readonly ReferenceBackend Reference = new();

    /// <summary>Runs on every tier and on 1, 2 and 3 threads, and asserts that all give the same bits.</summary>
    public static float[] SameBits(Func<ITrainingBackend, float[]> compute)
    {
        float[]? first = null;
        foreach (var tier in Tiers)
        {
            for (int threads = 1; threads <= 3; threads++)
            {
                using var backend = new CpuBackend(threads, tier);
                float[] result = compute(backend);
                if (first is null)
                    first = result;
                else
                    AssertBits(first, result, backend.Name);
            }
        }
        return first!;
    }

    /// <summary>A backend whose kernels are ready.</summary>
    private static CpuBackend Generated(int threads, JitTier jit)
    {
        JitKernels.Shared(jit).GetAwaiter().GetResult();
        return new CpuBackend(threads, CpuBackend.BestTier, Numerics.Fast, jit);
    }

    public static void AssertBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"{what}: element {i} is {actual[i]:R}, not {expected[i]:R}");
        }
    }

    /// <summary>Asserts |expected - actual| ≤ relative·|expected| + absolute, element by element.</summary>
    public static void AssertClose(
        ReadOnlySpan<float> expected,
        ReadOnlySpan<float> actual,
        float relative,
        float absolute
    )
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float bound = relative * MathF.Abs(expected[i]) + absolute;
            if (!(MathF.Abs(expected[i] - actual[i]) <= bound))
                Assert.Fail($"element {i} is {actual[i]:R}, not {expected[i]:R} ± {bound:R}");
        }
    }
}
