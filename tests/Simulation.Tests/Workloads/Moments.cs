// Owns the sample statistics that tests compare with theory.
namespace Tern.Simulation.Tests.Workloads;

internal static class Moments
{
    public static double Variance(IReadOnlyCollection<double> sample)
    {
        var mean = sample.Average();
        return sample.Sum(x => (x - mean) * (x - mean)) / sample.Count;
    }

    /// <summary>Deviation over mean.</summary>
    public static double Cv(IReadOnlyCollection<double> sample) => Math.Sqrt(Variance(sample)) / sample.Average();

    public static double Correlation(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum()
            / x.Count
            / Math.Sqrt(Variance([.. x]) * Variance([.. y]));
    }

    /// <summary>The value that a part of the sample is below.</summary>
    public static double Percentile(IEnumerable<double> sample, double part)
    {
        double[] sorted = [.. sample.Order()];
        return sorted[(int)(part * sorted.Length)];
    }
}
