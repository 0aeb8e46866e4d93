// Owns logarithm, exponential and power that give the same bits on every machine.
namespace Tern.Simulation.Workloads;

/// <summary>
/// <c>Math.Log</c>, <c>Exp</c> and <c>Pow</c> call the platform's C library, whose last bit differs from machine to machine. These use
/// nothing but + − × ÷, which IEEE 754 fixes to the bit (and the runtime never fuses), so that a workload is the same everywhere.
/// Within 2 units in the last place of the true value.
/// </summary>
internal static class PortableMath
{
    // ln 2 in two parts: the first has trailing zeros, so that a multiple of it is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>The natural logarithm of a positive, normal number.</summary>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }
        // ln m = 2 artanh(s) with |s| ≤ 0.172: eleven terms leave less than the last bit.
        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var sum = 0.0;
        for (var n = 23; n >= 3; n -= 2)
            sum = (sum + 1.0 / n) * square;
        return exponent * Ln2High + (2 * s + (2 * s * sum + exponent * Ln2Low));
    }

    /// <summary>e to the power of x, for results that are normal numbers.</summary>
    public static double Exp(double x)
    {
        var exponent = (int)Math.Floor(x / Ln2High + 0.5);
        var rest = x - exponent * Ln2High - exponent * Ln2Low;
        // |rest| ≤ 0.347: fourteen terms of Taylor's series, innermost first.
        var sum = 1.0;
        for (var n = 14; n >= 1; n--)
            sum = 1 + sum * rest / n;
        return sum * BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
    }

    /// <summary>A positive number to a power.</summary>
    public static double Pow(double x, double power) => Exp(power * Log(x));
}
