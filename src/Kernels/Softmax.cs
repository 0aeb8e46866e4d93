// Owns the passes over a whole row of logits. Always sixteen lanes, whatever the machine, so that sums have one order.
using System.Runtime.Intrinsics;

namespace Tern.Kernels;

/// <summary>Largest value, exponentials and their sum over one row.</summary>
public static class Softmax
{
    private const int Lanes = 16;

    /// <summary>The largest value; false when a value is NaN or infinite.</summary>
    public static bool TryMax(ReadOnlySpan<float> row, out float max)
    {
        // x - x is zero for finite x and NaN for the rest; NaN survives the additions.
        var best = Vector512.Create(float.NegativeInfinity);
        var poison = Vector512<float>.Zero;
        int i = 0;
        for (; i <= row.Length - Lanes; i += Lanes)
        {
            var x = Vector512.Create(row.Slice(i, Lanes));
            best = Vector512.Max(best, x);
            poison += x - x;
        }
        max = float.NegativeInfinity;
        for (int lane = 0; lane < Lanes; lane++)
            max = MathF.Max(max, best[lane]);
        float rest = Vector512.Sum(poison);
        for (; i < row.Length; i++)
        {
            max = MathF.Max(max, row[i]);
            rest += row[i] - row[i];
        }
        return rest == 0 && row.Length > 0;
    }

    /// <summary>The largest value of a row that may hold negative infinities (masked tokens).</summary>
    public static float Max(ReadOnlySpan<float> row)
    {
        TryMax(row, out float max);
        return max;
    }

    /// <summary>The first index that holds <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentException">None does.</exception>
    public static int IndexOf(ReadOnlySpan<float> row, float value)
    {
        var wanted = Vector512.Create(value);
        int i = 0;
        while (i <= row.Length - Lanes && !Vector512.EqualsAny(Vector512.Create(row.Slice(i, Lanes)), wanted))
            i += Lanes;
        while (i < row.Length && row[i] != value)
            i++;
        return i < row.Length ? i : throw new ArgumentException("the row holds no such value", nameof(value));
    }

    /// <summary>weights = exp((row - max) · inverseTemperature), the same length; returns their sum.</summary>
    public static double Weigh(ReadOnlySpan<float> row, float max, float inverseTemperature, Span<float> weights)
    {
        var low = Vector512<double>.Zero;
        var high = Vector512<double>.Zero;
        var maxima = Vector512.Create(max);
        var factor = Vector512.Create(inverseTemperature);
        Span<float> tail = stackalloc float[Lanes];
        for (int i = 0; i < row.Length; i += Lanes)
        {
            int count = Math.Min(Lanes, row.Length - i);
            Vector512<float> x;
            if (count == Lanes)
            {
                x = Vector512.Create(row.Slice(i, Lanes));
            }
            else
            {
                tail.Fill(float.NegativeInfinity);
                row[i..].CopyTo(tail);
                x = Vector512.Create<float>(tail);
            }
            var w = Vector512.Exp((x - maxima) * factor);
            low += Vector512.WidenLower(w);
            high += Vector512.WidenUpper(w);
            w.CopyTo(tail);
            tail[..count].CopyTo(weights[i..]);
        }
        double sum = 0;
        for (int lane = 0; lane < Lanes / 2; lane++)
            sum += low[lane] + high[lane];
        return sum;
    }
}
