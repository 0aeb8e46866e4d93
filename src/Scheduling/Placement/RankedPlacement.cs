// Owns one placement with the goodput found for it.
namespace Tern.Scheduling.Placement;

/// <summary>A placement and what it serves.</summary>
/// <param name="Placement">The placement.</param>
/// <param name="Gpus">Devices it takes.</param>
/// <param name="GoodputPerGpu">Requests per second and device that it serves in time.</param>
public sealed record RankedPlacement<T>(T Placement, int Gpus, double GoodputPerGpu)
{
    /// <summary>Requests per second that it serves in time.</summary>
    public double Goodput => GoodputPerGpu * Gpus;

    /// <summary>Copies needed for a rate in requests per second: ⌈R / goodput⌉ (DistServe, Algorithms 1 and 2).</summary>
    /// <exception cref="InvalidOperationException">The placement serves no rate in time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive.</exception>
    public int Replicas(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        if (Goodput <= 0)
            throw new InvalidOperationException(
                $"{Placement} serves no rate within the objectives; no number of copies does"
            );
        // A rate that is exactly so many times the goodput needs no copy more because of rounding.
        return checked((int)Math.Ceiling(rate / Goodput * (1 - 1e-12)));
    }

    /// <summary>Devices needed for a rate in requests per second.</summary>
    /// <exception cref="InvalidOperationException">The placement serves no rate in time.</exception>
    public int GpusFor(double rate) => checked(Replicas(rate) * Gpus);
}
