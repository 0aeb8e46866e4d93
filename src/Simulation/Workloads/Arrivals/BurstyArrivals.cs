// Owns arrivals that come in waves.
namespace Tern.Simulation.Workloads.Arrivals;

/// <summary>
/// A Markov-modulated Poisson process of two states (Fischer, Meier-Hellstern, Performance Evaluation 1993, §1): bursts of exponential
/// length and calm between them, each with Poisson arrivals at its own rate; the mean over both is <see cref="Rate"/>. Where
/// <see cref="Peak"/> × <see cref="Share"/> is 1 nothing comes in the calm: on/off. It begins in its steady state.
/// </summary>
public sealed class BurstyArrivals : IArrivalProcess
{
    /// <summary>Creates the process.</summary>
    /// <param name="rate">Mean over bursts and calm, requests/s.</param>
    /// <param name="peak">Rate in a burst over the mean rate; more than 1, at most 1/share.</param>
    /// <param name="share">Part of the time that is burst; more than 0, less than 1.</param>
    /// <param name="burstSeconds">Mean length of a burst, s; from 0.001 to 86,400.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public BurstyArrivals(double rate, double peak = 5, double share = 0.1, double burstSeconds = 10)
    {
        Rate = ArrivalTime.CheckedRate(rate);
        if (share is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "the share of bursts must be between 0 and 1");
        if (!(peak > 1 && peak * share <= 1 + 1e-12))
            throw new ArgumentOutOfRangeException(
                nameof(peak),
                peak,
                $"the peak must be more than 1 and at most 1/share = {1 / share}, where the calm is silent"
            );
        if (burstSeconds is not (>= 0.001 and <= 86_400))
            throw new ArgumentOutOfRangeException(
                nameof(burstSeconds),
                burstSeconds,
                "bursts must last from 0.001 to 86400 s on average"
            );
        (Peak, Share, BurstSeconds) = (peak, share, burstSeconds);
    }

    /// <inheritdoc/>
    public double Rate { get; }

    /// <summary>Rate in a burst over the mean rate.</summary>
    public double Peak { get; }

    /// <summary>Part of the time that is burst.</summary>
    public double Share { get; }

    /// <summary>Mean length of a burst, s.</summary>
    public double BurstSeconds { get; }

    /// <summary>Requests/s in a burst.</summary>
    public double BurstRate => Rate * Peak;

    /// <summary>Requests/s between bursts.</summary>
    public double CalmRate => Math.Max(0, Rate * (1 - Peak * Share) / (1 - Share));

    /// <summary>Mean length of the calm between two bursts, s.</summary>
    public double CalmSeconds => BurstSeconds * (1 - Share) / Share;

    /// <inheritdoc/>
    public IArrivalProcess AtRate(double rate) => new BurstyArrivals(rate, Peak, Share, BurstSeconds);

    /// <inheritdoc/>
    public IEnumerable<double> TimesMs(RandomStream random)
    {
        var seconds = 0.0;
        var burst = random.NextUnit() < Share;
        var left = Sojourn();
        while (true)
        {
            // An exponential amount of expected arrivals passes until the next one, at whatever rates hold meanwhile.
            var due = random.NextExponential();
            while (due >= left * StateRate())
            {
                due -= left * StateRate();
                seconds += left;
                burst = !burst;
                left = Sojourn();
            }
            var gap = due / StateRate();
            left -= gap;
            yield return ArrivalTime.Ms(seconds += gap);
        }

        double StateRate() => burst ? BurstRate : CalmRate;
        double Sojourn() => random.NextExponential() * (burst ? BurstSeconds : CalmSeconds);
    }
}
