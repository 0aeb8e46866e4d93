// Owns the closed forms of a prefill instance as a queue.
namespace Tern.Simulation.Reproductions;

/// <summary>
/// Mean time to first token of a prefill instance that serves prompts of equal length one by one in order of Poisson arrivals, an M/D/1 queue
/// (DistServe, OSDI 2024, §3.1, equations 1 to 3). Rates in requests per ms, times in ms.
/// </summary>
public static class PrefillQueue
{
    /// <summary>One device that takes <paramref name="durationMs"/> for a prompt: D + RD² / 2(1 − RD).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The queue has no steady state: R·D is not below 1.</exception>
    public static double SingleDeviceMs(double ratePerMs, double durationMs)
    {
        Require(ratePerMs * durationMs, 1);
        return durationMs + Waiting(ratePerMs, durationMs);
    }

    /// <summary>Two pipeline stages that take half each: D + RD² / 4(2 − RD). Only the first stage is waited for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The queue has no steady state: R·D is not below 2.</exception>
    public static double TwoStagesMs(double ratePerMs, double durationMs)
    {
        Require(ratePerMs * durationMs, 2);
        return durationMs + Waiting(ratePerMs, durationMs / 2);
    }

    /// <summary>Two devices that share each layer and are <paramref name="speedUp"/> times as fast: D/K + RD² / 2K(K − RD).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The queue has no steady state: R·D is not below K.</exception>
    public static double TwoDevicesMs(double ratePerMs, double durationMs, double speedUp)
    {
        Require(ratePerMs * durationMs, speedUp);
        return durationMs / speedUp + Waiting(ratePerMs, durationMs / speedUp);
    }

    /// <summary>Mean wait of an M/D/1 queue (Pollaczek-Khinchine): RS² / 2(1 − RS).</summary>
    private static double Waiting(double rate, double service) => rate * service * service / (2 * (1 - rate * service));

    private static void Require(double load, double limit)
    {
        if (!(load >= 0 && load < limit))
            throw new ArgumentOutOfRangeException(
                nameof(load),
                load,
                $"rate times duration must be at least 0 and below {limit}, or the queue grows without end"
            );
    }
}
