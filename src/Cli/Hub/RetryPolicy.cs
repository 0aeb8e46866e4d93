// Owns how often and when a broken transfer is tried again.
namespace Tern.Cli.Hub;

/// <summary>Exponential back-off; an attempt that got anything across starts the count anew.</summary>
internal sealed record RetryPolicy
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <summary>Attempts in a row without progress before giving up.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Wait after the first failure; doubles with every further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Does the work until it succeeds or fails for good.</summary>
    /// <param name="work">May be called several times.</param>
    /// <param name="progress">A number that grows as the work gets on.</param>
    /// <param name="notice">Told why there is a wait.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task RunAsync(
        Func<Task> work,
        Func<long> progress,
        Action<string> notice,
        CancellationToken cancellation
    )
    {
        for (int failures = 0; ; )
        {
            long before = progress();
            try
            {
                await work();
                return;
            }
            catch (HubUnavailableException error)
            {
                failures = progress() > before ? 1 : failures + 1;
                if (failures >= Attempts)
                    throw;
                var delay = FirstDelay * Math.Pow(2, failures - 1);
                if (error.RetryAfter > delay)
                    delay = error.RetryAfter.Value;
                delay = delay < s_longest ? delay : s_longest;
                notice($"{error.Message}; next attempt in {delay.TotalSeconds:F0} s");
                await Task.Delay(delay, cancellation);
            }
        }
    }
}
