// Owns the proof that arrivals have the rate and the burstiness they were asked for.
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;

namespace Tern.Simulation.Tests.Workloads.Arrivals;

public sealed class ArrivalTests
{
    public static TheoryData<string, double> Processes =>
        new()
        {
            { "poisson", 1 },
            { "gamma 4", 4 },
            { "gamma 0.25", 0.25 },
            { "fixed", 0 },
        };

    [Theory]
    [MemberData(nameof(Processes))]
    public void Gaps_have_the_mean_and_variation_of_theory(string process, double cv)
    {
        var gaps = Gaps(Process(process, 20), 100_000);
        Assert.InRange(gaps.Average(), 50 * (1 - 0.01 * Math.Max(1, cv)), 50 * (1 + 0.01 * Math.Max(1, cv)));
        Assert.InRange(Moments.Cv(gaps), cv * 0.96, cv * 1.04 + 1e-9);
    }

    [Fact]
    public void Poisson_gaps_are_exponential_in_every_tenth()
    {
        var gaps = Gaps(new PoissonArrivals(1), 50_000);
        for (var part = 0.1; part < 0.95; part += 0.1)
            Assert.InRange(Moments.Percentile(gaps, part) / (-1000 * Math.Log(1 - part)), 0.95, 1.05);
    }

    [Theory]
    [InlineData(5, 0.1)]
    [InlineData(4, 0.25)]
    public void Bursts_have_the_mean_rate_and_the_dispersion_of_theory(double peak, double share)
    {
        var process = new BurstyArrivals(10, peak, share, burstSeconds: 0.5);
        var times = process.TimesMs(new RandomStream(11, 0)).Take(200_000).ToArray();
        Assert.InRange(times.Length / (times[^1] / 1e3), 9.5, 10.5);
        // Index of dispersion of counts in windows much longer than a burst:
        // 1 + 2 (λ1 − λ2)² r1 r2 / ((r1 + r2)² (λ1 r2 + λ2 r1)), with r the rates of leaving the states.
        var (leaveBurst, leaveCalm) = (1 / process.BurstSeconds, 1 / process.CalmSeconds);
        var theory =
            1
            + 2
                * Math.Pow(process.BurstRate - process.CalmRate, 2)
                * leaveBurst
                * leaveCalm
                / (
                    Math.Pow(leaveBurst + leaveCalm, 2)
                    * (process.BurstRate * leaveCalm + process.CalmRate * leaveBurst)
                );
        const double windowMs = 60_000;
        var counts = new double[(int)(times[^1] / windowMs)];
        foreach (var ms in times)
        {
            if (ms < counts.Length * windowMs)
                counts[(int)(ms / windowMs)]++;
        }
        Assert.InRange(Moments.Variance(counts) / counts.Average() / theory, 0.75, 1.25);
    }

    [Fact]
    public void On_off_is_silent_in_the_calm()
    {
        var process = new BurstyArrivals(10, peak: 4, share: 0.25, burstSeconds: 10);
        Assert.Equal((40, 0, 30), (process.BurstRate, process.CalmRate, process.CalmSeconds));
        Assert.Contains(Gaps(process, 20_000), gap => gap > 20_000);
    }

    [Theory]
    [InlineData("poisson")]
    [InlineData("gamma 4")]
    [InlineData("fixed")]
    [InlineData("bursty")]
    public void Times_never_go_back_lie_on_the_grid_and_repeat(string name)
    {
        var process = Process(name, 37);
        var times = process.TimesMs(new RandomStream(4, 0)).Take(20_000).ToArray();
        for (var i = 1; i < times.Length; i++)
        {
            Assert.True(times[i] >= times[i - 1]);
            Assert.Equal(times[i], Math.Round(times[i] * 1e3) / 1e3);
        }
        Assert.Equal(times, process.TimesMs(new RandomStream(4, 0)).Take(20_000));
    }

    [Theory]
    [InlineData("poisson")]
    [InlineData("gamma 4")]
    [InlineData("fixed")]
    [InlineData("trace")]
    public void Another_rate_is_the_same_arrivals_in_another_time(string name)
    {
        var process = Process(name, 8);
        var faster = process.AtRate(16);
        Assert.Equal(16, faster.Rate, 9);
        var pairs = process
            .TimesMs(new RandomStream(4, 0))
            .Take(1000)
            .Zip(faster.TimesMs(new RandomStream(4, 0)).Take(1000));
        Assert.All(pairs, pair => Assert.Equal(pair.First / 2, pair.Second, 0.0011));
    }

    [Fact]
    public void Fixed_times_are_exact_after_a_million() =>
        Assert.Equal(1e9 / 3, new FixedArrivals(3).TimesMs(new RandomStream(1, 0)).ElementAt(999_999), 0.001);

    [Fact]
    public void A_trace_keeps_its_times_and_ends_with_them()
    {
        var trace = new TraceArrivals([At(0), At(100), At(100), At(400)]);
        Assert.Equal(7.5, trace.Rate, 9);
        Assert.Equal([0, 100, 100, 400], trace.TimesMs(new RandomStream(1, 0)));
        Assert.Equal([0, 300, 300, 1200], trace.AtRate(2.5).TimesMs(new RandomStream(1, 0)));
    }

    [Fact]
    public void A_trace_without_a_rate_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new TraceArrivals([At(5)]));
        Assert.Throws<ArgumentException>(() => new TraceArrivals([At(5), At(5)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e7)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_impossible_rate_is_refused(double rate)
    {
        foreach (var name in new[] { "poisson", "gamma 1", "fixed", "bursty" })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => Process(name, rate));
            Assert.Contains("from 1e-6 to 1e6 requests/s", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Impossible_burstiness_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GammaArrivals(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BurstyArrivals(1, peak: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BurstyArrivals(1, share: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BurstyArrivals(1, burstSeconds: 0));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new BurstyArrivals(1, peak: 5, share: 0.5));
        Assert.Contains("at most 1/share = 2", error.Message, StringComparison.Ordinal);
    }

    private static IArrivalProcess Process(string name, double rate) =>
        name.Split(' ') switch
        {
            ["poisson"] => new PoissonArrivals(rate),
            ["gamma", var cv] => new GammaArrivals(rate, double.Parse(cv)),
            ["fixed"] => new FixedArrivals(rate),
            ["trace"] => new TraceArrivals(Enumerable.Range(0, 500).Select(i => At(i * i))).AtRate(rate),
            _ => new BurstyArrivals(rate),
        };

    private static double[] Gaps(IArrivalProcess process, int count)
    {
        var times = process.TimesMs(new RandomStream(9, 0)).Take(count + 1).ToArray();
        return [.. times.Zip(times.Skip(1), (a, b) => b - a)];
    }

    private static TraceRequest At(double ms) =>
        new()
        {
            Row = 1,
            ArrivalMs = ms,
            PromptTokens = 1,
            OutputTokens = 1,
        };
}
