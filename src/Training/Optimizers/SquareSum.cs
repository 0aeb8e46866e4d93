// Owns the sum of squares of many floats, in double precision and one order of summation on every machine.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tern.Training.Optimizers;

internal static class SquareSum
{
    /// <summary>Σ value². Eight running sums, since one would wait for itself at every element.</summary>
    public static double Of(ReadOnlySpan<float> values)
    {
        var first = Vector256<double>.Zero;
        var second = Vector256<double>.Zero;
        var wide = MemoryMarshal.Cast<float, Vector256<float>>(values);
        foreach (var eight in wide)
        {
            var (low, high) = Vector256.Widen(eight);
            first += low * low;
            second += high * high;
        }
        first += second;
        double sum = (first[0] + first[1]) + (first[2] + first[3]);
        foreach (float value in values[(wide.Length * Vector256<float>.Count)..])
            sum += (double)value * value;
        return sum;
    }
}
