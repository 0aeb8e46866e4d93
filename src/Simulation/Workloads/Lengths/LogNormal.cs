// Owns one log-normal length: what of it is kept and how it is drawn.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>A log-normal length, rounded to whole tokens.</summary>
/// <param name="Median">Median before clipping, tokens.</param>
/// <param name="Sigma">Deviation of the natural logarithm.</param>
/// <param name="Range">Lengths outside are drawn again, as the data sets' preparation drops such rows.</param>
public readonly record struct LogNormal(double Median, double Sigma, TokenRange Range)
{
    /// <summary>The length at a standard normal value, or 0 where it is outside the range.</summary>
    internal int At(double normal)
    {
        var tokens = Math.Floor(Median * PortableMath.Exp(Math.Clamp(Sigma * normal, -300, 300)) + 0.5);
        return tokens >= Range.Min && tokens <= Range.Max ? (int)tokens : 0;
    }
}
