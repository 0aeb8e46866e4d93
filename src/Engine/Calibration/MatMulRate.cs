// Owns the yardstick of prefill: how fast this machine multiplies with a model's weights, with nothing else to do.
using System.Diagnostics;
using Tern.Kernels;
using Tern.Tensors;

namespace Tern.Engine.Calibration;

/// <summary>Measures the rate of matrix products.</summary>
internal static class MatMulRate
{
    // As many rows as keep the weights from mattering, and no more: the product of a large matrix takes its time.
    private const int Rows = 64;
    private const int Passes = 3;

    /// <summary>Floating point operations (two a weight and row) a second: the best of several products.</summary>
    /// <param name="backend">What computes.</param>
    /// <param name="matrix">A matrix of the model.</param>
    public static double Measure(IBackend backend, Tensor matrix)
    {
        using var weight = backend.Prepare(matrix);
        var input = new float[checked(Rows * weight.Inputs)];
        var output = new float[checked(Rows * weight.Outputs)];
        for (var i = 0; i < input.Length; i++)
            input[i] = i % 17 / 8f - 1;
        var best = double.PositiveInfinity;
        for (var pass = 0; pass <= Passes; pass++) // the first wakes the processor up
        {
            var start = Stopwatch.GetTimestamp();
            backend.MatMul(weight, input, output, Rows);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (pass > 0)
                best = Math.Min(best, seconds);
        }
        return 2.0 * Rows * weight.Inputs * weight.Outputs / best;
    }
}
