// Owns the limits and the grid of arrival times.
namespace Tern.Simulation.Workloads.Arrivals;

/// <summary>What the arrival processes share.</summary>
internal static class ArrivalTime
{
    /// <summary>The rate, if it is one.</summary>
    public static double CheckedRate(double rate) =>
        rate is >= 1e-6 and <= 1e6
            ? rate
            : throw new ArgumentOutOfRangeException(nameof(rate), rate, "a rate must be from 1e-6 to 1e6 requests/s");

    /// <summary>Seconds as ms on a grid of 1 µs: what is written to a file is short and reads back as itself.</summary>
    public static double Ms(double seconds) => Math.Round(seconds * 1e6) / 1e3;
}
