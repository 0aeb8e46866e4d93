// Owns the table of generated kernels beside the loops in C#.
using System.Diagnostics;
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;

namespace Tern.Kernels.Benchmarks;

/// <summary>Prints what this machine makes of products with quantized weights and halves, in giga-operations a second on one thread.</summary>
internal static class GeneratedReport
{
    // Small enough to stay in the caches, so that the code shows and not the memory; large enough that rounding the rows,
    // which C# and generated kernels share, hardly counts.
    private const int Outputs = 1024;
    private const int Width = 2048;
    private const int Prompt = 512;
    private const double Seconds = 1.0;
    private static readonly int[] s_rows = [1, 4, 16, 64];

    public static void Write(TextWriter writer, IReadOnlyList<DType> types)
    {
        var features = ProcessorFeatures.Current;
        var tiers = Enum.GetValues<JitTier>().Where(tier => JitTiers.Missing(features, tier) is null).ToArray();
        writer.WriteLine($"{Outputs} x {Width}, one thread, GOP/s: C#, and the generated tiers as multiples of it");
        writer.WriteLine($"{"", -6} {"rows", 5} {string.Concat(tiers.Select(tier => $"{Title(tier), 12}"))}");
        foreach (var type in types)
        foreach (int rows in s_rows)
        {
            double[] seconds = Fastest(tiers, type, rows);
            var cells = seconds.Select(
                (time, i) => i == 0 ? $"{2e-9 * rows * Outputs * Width / time, 12:F0}" : $"{seconds[0] / time, 12:F2}"
            );
            writer.WriteLine($"{type, -6} {rows, 5} {string.Concat(cells)}");
        }
        if (tiers.Contains(JitTier.Amx))
            WriteTiles(writer, types.Where(PackedPanels.IsQuantized));
    }

    private static string Title(JitTier tier) => tier == JitTier.Off ? "C#" : tier.ToString();

    /// <summary>The fastest call of each tier. Tiers take turns, so that a crowded machine treats them alike.</summary>
    private static double[] Fastest(JitTier[] tiers, DType type, int rows)
    {
        var backends = Array.ConvertAll(tiers, tier => new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast, tier));
        var weights = Array.ConvertAll(backends, backend => backend.Prepare(Weights.Make(type, Outputs, Width, 1)[0]));
        float[] input = Weights.Floats(rows * Width, 1);
        float[] output = new float[rows * Outputs];
        double[] best = Array.ConvertAll(tiers, _ => double.MaxValue);
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < Seconds)
        {
            for (int i = 0; i < tiers.Length; i++)
            {
                for (int repeat = 0; repeat < 8; repeat++)
                {
                    long start = Stopwatch.GetTimestamp();
                    backends[i].MatMul(weights[i], input, output, rows);
                    best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }
        for (int i = 0; i < tiers.Length; i++)
        {
            weights[i].Dispose();
            backends[i].Dispose();
        }
        return best;
    }

    /// <summary>The two ways of many rows in tiles: in bytes, which backends use, and in bfloat16.</summary>
    private static void WriteTiles(TextWriter writer, IEnumerable<DType> types)
    {
        using var kernels = JitKernels.Create(ProcessorFeatures.Current, JitTier.Amx);
        foreach (var type in types)
        {
            using var tiles = new TileKernels(kernels, type);
            double bytes = TileKernels.Speed(Prompt, () => tiles.Bytes(Prompt));
            float[] exact = tiles.Output.ToArray();
            double halves = TileKernels.Speed(Prompt, () => tiles.BFloat16(Prompt));
            writer.WriteLine(
                $"{type, -6} {Prompt} rows in tiles: bytes {bytes:F0}, bf16 {halves:F0}, apart by {Distance(exact, tiles.Output):P1}"
            );
        }
    }

    /// <summary>The norm of the difference over the norm: a few tenths of a percent where both are right.</summary>
    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.Length; i++)
        {
            difference += (double)(a[i] - b[i]) * (a[i] - b[i]);
            norm += (double)a[i] * a[i];
        }
        return Math.Sqrt(difference / norm);
    }
}
