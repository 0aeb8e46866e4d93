// Owns workloads made from workloads: merged, cut, at another rate. (The first n requests are LINQ's Take.)
namespace Tern.Simulation.Workloads;

/// <summary>Pure functions from workload to workload; all but <see cref="AtRate"/> hold no more than one row of each source.</summary>
public static class WorkloadTransforms
{
    /// <summary>All requests of several workloads in order of time, at equal times in order of the sources; rows are numbered anew.</summary>
    public static IEnumerable<TraceRequest> Merged(this IEnumerable<IEnumerable<TraceRequest>> sources)
    {
        var readers = new List<IEnumerator<TraceRequest>>();
        try
        {
            var next = new PriorityQueue<int, (double Ms, int Source)>();
            foreach (var source in sources)
            {
                readers.Add(source.GetEnumerator());
                Advance(readers.Count - 1);
            }
            for (var row = 1; next.TryDequeue(out var source, out _); row++)
            {
                yield return readers[source].Current with
                {
                    Row = row,
                };
                Advance(source);
            }

            void Advance(int source)
            {
                if (readers[source].MoveNext())
                    next.Enqueue(source, (readers[source].Current.ArrivalMs, source));
            }
        }
        finally
        {
            foreach (var reader in readers)
                reader.Dispose();
        }
    }

    /// <summary>The requests that arrive from <paramref name="fromMs"/> to before <paramref name="toMs"/>; time then begins at the former, rows keep their numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window is empty or begins before 0.</exception>
    public static IEnumerable<TraceRequest> Window(this IEnumerable<TraceRequest> workload, double fromMs, double toMs)
    {
        if (!(fromMs >= 0 && toMs > fromMs))
            throw new ArgumentOutOfRangeException(
                nameof(toMs),
                $"{fromMs}-{toMs}",
                "a window of time must begin at 0 ms or later and end after its beginning"
            );
        return workload
            .SkipWhile(r => r.ArrivalMs < fromMs)
            .TakeWhile(r => r.ArrivalMs < toMs)
            .Select(r => r with { ArrivalMs = r.ArrivalMs - fromMs });
    }

    /// <summary>The same requests with all times multiplied, on a grid of 1 µs: 2 halves the rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive and finite.</exception>
    public static IEnumerable<TraceRequest> Stretched(this IEnumerable<TraceRequest> workload, double factor)
    {
        if (!(factor > 0 && double.IsFinite(factor)))
            throw new ArgumentOutOfRangeException(
                nameof(factor),
                factor,
                "time must be multiplied by a positive number"
            );
        return workload.Select(r => r with { ArrivalMs = Math.Round(r.ArrivalMs * factor * 1e3) / 1e3 });
    }

    /// <summary>The same requests at a mean rate (gaps over the time from first to last arrival).</summary>
    /// <exception cref="ArgumentException">The trace has fewer than two requests or all at one time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 1e-6 to 1e6 requests/s.</exception>
    public static IEnumerable<TraceRequest> AtRate(this IReadOnlyList<TraceRequest> trace, double rate) =>
        trace.Stretched(new Arrivals.TraceArrivals(trace).Rate / Arrivals.ArrivalTime.CheckedRate(rate));
}
