// Owns the measurement of float products: the three of training, in the shapes of small models, beside the rate at which
// this machine multiplies and adds in registers.
using System.Diagnostics;
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Float;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Limits;

namespace Tern.Kernels.Benchmarks;

/// <summary>Y = X·Wᵀ, dX = dY·W and dW += dYᵀ·X.</summary>
internal static unsafe class FloatReport
{
    private static readonly (int M, int N, int K)[] s_shapes =
    [
        (2048, 256, 256),
        (2048, 768, 256),
        (2048, 256, 768),
        (2048, 768, 768),
        (512, 512, 512),
        (1024, 1024, 1024),
        (2048, 2048, 2048),
        (256, 768, 4096),
        (512, 64, 64),
        (512, 512, 64),
        (512, 64, 512),
    ];

    /// <summary>Prints giga-operations a second and their share of the limit, of the fastest of several runs.</summary>
    public static void Write(TextWriter output, int threads)
    {
        using var context = new CpuContext(threads);
        double limit = FloatRate.Measure(threads) / 1e9;
        double alone = FloatRate.Measure(1) / 1e9;
        output.WriteLine($"{threads} threads: limit {limit:F0} GFLOP/s, one thread {alone:F0}");
        output.WriteLine($"{"m x n x k", -18} {"X·Wᵀ", 14} {"dY·W", 14} {"dYᵀ·X", 14} {"alone X·Wᵀ", 14}");
        foreach (var (m, n, k) in s_shapes)
        {
            float[] a = Weights.Floats(m * k, 1);
            float[] b = Weights.Floats(n * k, 2);
            float[] c = new float[m * n];
            float[] working = new float[FloatProduct.WorkingFloats + 16];
            fixed (float* x = a)
            fixed (float* w = b)
            fixed (float* y = c)
            fixed (float* memory = working)
            {
                var results = new FloatResults
                {
                    Data = y,
                    Stride = n,
                    Rows = m,
                    Outputs = n,
                    Depth = k,
                };
                var (xs, xt) = (FloatMatrix.ByRows(x, k), FloatMatrix.ByDepth(x, m));
                var (ws, wt, mem) = (FloatMatrix.ByRows(w, k), FloatMatrix.ByDepth(w, n), (nint)memory);
                double operations = 2e-9 * m * n * k;
                output.WriteLine(
                    $"{$"{m} x {n} x {k}", -18}"
                        + Cell(() => FloatProduct.Run<Lanes256>(context, xs, ws, results), operations, limit)
                        + Cell(() => FloatProduct.Run<Lanes256>(context, xs, wt, results), operations, limit)
                        + Cell(() => FloatProduct.Run<Lanes256>(context, xt, wt, results), operations, limit)
                        + Cell(() => FloatProduct.Alone<Lanes256>(xs, ws, results, (float*)mem), operations, alone)
                );
            }
        }
    }

    private static string Cell(Action work, double operations, double limit)
    {
        double rate = operations / Fastest(work);
        return $" {rate, 7:F1} {rate / limit, 6:P0}";
    }

    private static double Fastest(Action work)
    {
        double best = double.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }
}
