// Owns what Bullet gains over chunked prefill on one data set at several loads.
using System.Globalization;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>Means over loads of how many times better Bullet is, and what its clients saw.</summary>
internal sealed record BulletGains
{
    private readonly ILengthDistribution _lengths;
    private readonly int _requests;

    private BulletGains(ILengthDistribution lengths, int requests) => (_lengths, _requests) = (lengths, requests);

    /// <summary>Requests a second that chunked prefill serves of a backlog.</summary>
    public double ChunkedPerSecond { get; private init; }

    /// <summary>Gain of requests served a second.</summary>
    public double Throughput { get; private init; }

    /// <summary>The largest of them at one load.</summary>
    public double LargestThroughput { get; private init; }

    /// <summary>Gain of mean TTFT.</summary>
    public double Ttft { get; private init; }

    /// <summary>The largest of them at one load.</summary>
    public double LargestTtft { get; private init; }

    /// <summary>Gain of mean TPOT.</summary>
    public double Tpot { get; private init; }

    /// <summary>Gain of mean latency from arrival to end.</summary>
    public double Latency { get; private init; }

    /// <summary>Share of requests within both limits at all loads together, over that of chunked prefill.</summary>
    public double Attainment { get; private init; }

    /// <summary>Mean of Bullet's mean TTFT, ms.</summary>
    public double TtftMs { get; private init; }

    /// <summary>Mean of the 90th percentile of Bullet's TTFT, ms.</summary>
    public double TtftP90Ms { get; private init; }

    /// <summary>Runs both systems at every load.</summary>
    /// <param name="lengths">The data set.</param>
    /// <param name="limits">Bullet's limits.</param>
    /// <param name="loads">Rates over what chunked prefill serves of a backlog.</param>
    /// <param name="requests">Requests of a run.</param>
    public static BulletGains Of(ILengthDistribution lengths, SloSplit.Options limits, double[] loads, int requests)
    {
        var backlog = BulletSetup.Load(lengths, 1000, requests).ToList();
        var gains = new BulletGains(lengths, requests) { ChunkedPerSecond = Throughputs(BulletSetup.Chunked(backlog)) };
        List<(double Throughput, BulletReproduction.Seen Chunked, BulletReproduction.Seen Bullet)> runs = [];
        foreach (var load in loads)
        {
            var offered = gains.LoadAt(load);
            var (chunked, bullet) = (
                BulletSetup.Chunked(offered),
                BulletSetup.SideBySide(Bullet.With(limits), offered)
            );
            runs.Add(
                (
                    Throughputs(bullet) / Throughputs(chunked),
                    BulletReproduction.Seen.In(chunked, limits),
                    BulletReproduction.Seen.In(bullet, limits)
                )
            );
        }
        return gains with
        {
            Throughput = runs.Average(run => run.Throughput),
            LargestThroughput = runs.Max(run => run.Throughput),
            Ttft = runs.Average(run => run.Chunked.TtftMs / run.Bullet.TtftMs),
            LargestTtft = runs.Max(run => run.Chunked.TtftMs / run.Bullet.TtftMs),
            Tpot = runs.Average(run => run.Chunked.TpotMs / run.Bullet.TpotMs),
            Latency = runs.Average(run => run.Chunked.LatencyMs / run.Bullet.LatencyMs),
            Attainment = runs.Sum(run => run.Bullet.Attainment) / runs.Sum(run => run.Chunked.Attainment),
            TtftMs = runs.Average(run => run.Bullet.TtftMs),
            TtftP90Ms = runs.Average(run => run.Bullet.TtftP90Ms),
        };
    }

    /// <summary>The requests at a load.</summary>
    public IReadOnlyList<TraceRequest> LoadAt(double load) =>
        [.. BulletSetup.Load(_lengths, load * ChunkedPerSecond, _requests)];

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"throughput {Throughput:F2}, TTFT {Ttft:F1} (at most {LargestTtft:F1}), TPOT {Tpot:F2}, latency {Latency:F2}, attainment {Attainment:F2}"
        );

    private static double Throughputs(SimulationResult result) => 1000 * result.Served / result.DurationMs;
}
