// Owns the gradient that a backward pass is measured against: central differences of a formula in double precision.
namespace Tern.Kernels.Tests.Training;

internal static class Differences
{
    private const double Step = 1e-5;

    /// <summary>Change of the function by each element of x.</summary>
    public static double[] Of(Func<double[], double> function, double[] x)
    {
        var gradient = new double[x.Length];
        var moved = (double[])x.Clone();
        for (int i = 0; i < x.Length; i++)
        {
            moved[i] = x[i] + Step;
            double above = function(moved);
            moved[i] = x[i] - Step;
            gradient[i] = (above - function(moved)) / (2 * Step);
            moved[i] = x[i];
        }
        return gradient;
    }

    /// <summary>Asserts that both backends find the gradient, and that all tiers and threads find the same bits.</summary>
    public static void Check(double[] expected, Func<ITrainingBackend, float[]> compute, float tolerance)
    {
        float[] rounded = Single(expected);
        Backends.AssertClose(rounded, compute(Backends.Reference), 1e-6f, 1e-6f);
        Backends.AssertClose(rounded, Backends.SameBits(compute), tolerance, tolerance);
    }

    /// <summary>Asserts that the CPU backend is as near to the reference, on all tiers and threads with the same bits.</summary>
    public static void CheckReference(Func<ITrainingBackend, float[]> compute, float relative, float absolute) =>
        Backends.AssertClose(compute(Backends.Reference), Backends.SameBits(compute), relative, absolute);

    /// <summary>The sum of products: the change of a result whose gradient is <paramref name="gradient"/>.</summary>
    public static double Dot(double[] x, ReadOnlySpan<float> gradient)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * gradient[i];
        return sum;
    }

    public static double[] Double(float[] x) => Array.ConvertAll(x, value => (double)value);

    public static float[] Single(double[] x) => Array.ConvertAll(x, value => (float)value);
}
