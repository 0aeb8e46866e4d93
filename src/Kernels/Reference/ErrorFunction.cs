// Owns the complementary error function in double precision, which .NET does not have.
namespace Tern.Kernels.Reference;

internal static class ErrorFunction
{
    /// <summary>erfc(x) = 1 - erf(x), to about 1e-14 relative.</summary>
    public static double Complement(double x)
    {
        if (x < 0)
            return 2 - Complement(-x);
        return x < 2.5 ? 1 - Series(x) : ContinuedFraction(x);
    }

    /// <summary>erf by its Taylor series with positive terms, Abramowitz and Stegun 7.1.6.</summary>
    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc by the continued fraction of Abramowitz and Stegun 7.1.14, evaluated from the back.</summary>
    private static double ContinuedFraction(double x)
    {
        double tail = 0;
        for (int n = 80; n > 0; n--)
            tail = n / 2.0 / (x + tail);
        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * (x + tail));
    }
}
