// Owns what restores must take: CAKE's published figures, and auto's promise in any world.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Restore;

namespace Tern.Simulation.Tests;

public sealed class RestoreSimulationTests
{
    private static readonly IRestorePolicy _auto = new Auto();
    private static readonly int _scenarios =
        Environment.GetEnvironmentVariable("TERN_LONG_TESTS") == "1" ? 20_000 : 500;

    [Fact]
    public void Load_and_compute_take_the_sum_of_their_chunks()
    {
        var world = World(tokens: 1000, stepMs: 10, tokenMs: 0.1, pairMs: 0, readMs: 3, loadMs: 0.5);
        Assert.Equal(8 * 3 + 1000 * 0.5, world.Run(new Load()).DurationMs, 6);
        Assert.Equal(2 * 10 + 1000 * 0.1, world.Run(new Compute()).DurationMs, 6);
    }

    [Fact]
    public void With_equal_rates_both_sides_take_half_the_time()
    {
        var world = World(tokens: 8192, stepMs: 0, tokenMs: 0.1, pairMs: 0, readMs: 0, loadMs: 0.1);
        var both = world.Run(new Bidirectional());
        Assert.Equal(409.6, both.DurationMs, 6);
        Assert.Equal(4096, both.MeetingToken);
        Assert.Equal(409.6, world.Run(_auto).DurationMs, 6);
    }

    [Fact]
    public void When_bandwidth_drops_the_meeting_point_moves_back()
    {
        var world = World(tokens: 16384, stepMs: 0, tokenMs: 0.1, pairMs: 0, readMs: 0, loadMs: 0.1);
        var steady = world.Run(new Bidirectional());
        var dropped = world with { LoadSpeed = new SpeedSchedule((200, 0.1)) };
        foreach (var policy in new[] { new Bidirectional(), _auto })
        {
            var outcome = dropped.Run(policy);
            Assert.True(outcome.MeetingToken > steady.MeetingToken + 4096);
            // 200 ms at two rates of 10 tokens/ms, the rest at 10 and 1.
            Assert.InRange(outcome.DurationMs, 200 + 12384 / 11.0, 200 + 12384 / 11.0 + 130);
        }
    }

    [Fact]
    public void A_tier_that_stops_answering_is_overtaken_by_auto()
    {
        var world = World(tokens: 4096, stepMs: 0, tokenMs: 0.1, pairMs: 0, readMs: 0, loadMs: 0.1) with
        {
            LoadSpeed = new SpeedSchedule((100, 0), (100_000, 1)),
        };
        Assert.True(world.Run(new Bidirectional()).DurationMs > 100_000);
        var auto = world.Run(_auto);
        Assert.Equal(1, auto.ReadsOvertaken);
        Assert.InRange(auto.DurationMs, 100, 410);
    }

    [Fact]
    public void A_request_starved_of_the_device_is_loaded()
    {
        var world = World(tokens: 2048, stepMs: 1, tokenMs: 0.01, pairMs: 0, readMs: 0, loadMs: 1) with
        {
            TokenBudget = 0,
        };
        Assert.Equal(2048, world.Run(_auto).DurationMs, 6);
        Assert.Equal(2048, world.Run(new Bidirectional()).DurationMs, 6);
        Assert.Throws<InvalidOperationException>(() => world.Run(new Compute()));
    }

    [Fact]
    public void Auto_keeps_its_promise_at_steady_rates()
    {
        Prop.ForAll(Arb.From(Worlds(wrongness: 0)), world => AtMost(world, 1.05, 0))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(_scenarios));
    }

    [Fact]
    public void With_wrong_estimates_auto_loses_at_most_what_was_in_flight()
    {
        Prop.ForAll(Arb.From(Worlds(wrongness: 1)), world => AtMost(world, 1.05, 1))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(_scenarios));
    }

    [Fact]
    public void When_a_side_slows_down_auto_loses_at_most_what_was_in_flight()
    {
        var changing =
            from world in Worlds(wrongness: 0.1)
            from at in Gen.Choose(0, 1000)
            from load in Gen.Choose(-20, 0)
            from compute in Gen.Choose(-20, 0)
            let shorter = Math.Min(world.Run(new Load()).DurationMs, world.Run(new Compute()).DurationMs)
            select world with
            {
                LoadSpeed = new SpeedSchedule((at / 1000.0 * shorter, Math.Pow(10, load / 10.0))),
                ComputeSpeed = new SpeedSchedule((at / 1000.0 * shorter, Math.Pow(10, compute / 10.0))),
            };
        Prop.ForAll(Arb.From(changing), world => AtMost(world, 1.05, 1))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(_scenarios));
    }

    private static void AtMost(RestoreSimulation world, double factor, double piecesInFlight)
    {
        var (load, compute) = (world.Run(new Load()).DurationMs, world.Run(new Compute()).DurationMs);
        var auto = world.Run(_auto);
        var chunk = Math.Min(512, world.PrefixTokens);
        var step = world.ComputeSpeed.EndMs(1e12, world.Truth.ComputeMs(world.PrefixTokens - chunk, chunk)) - 1e12;
        var read = world.LoadSpeed.EndMs(1e12, world.Truth.LoadMs(Math.Min(128, world.PrefixTokens))) - 1e12;
        var bound = factor * Math.Min(load, compute) + piecesInFlight * (step + read);
        Assert.True(
            auto.DurationMs <= bound + 1e-6,
            $"auto {auto.DurationMs}, load {load}, compute {compute}, step {step}, read {read}; {auto}; {world}"
        );
    }

    private static Gen<RestoreSimulation> Worlds(double wrongness) =>
        from tokens in Gen.Choose(1, 40_000)
        from stepMs in Gen.Choose(0, 50)
        from tokenMs in Exponential(-3, 1)
        from slope in Gen.Choose(0, 100)
        from readMs in Gen.OneOf(Gen.Constant(0.0), Exponential(-2, 3))
        from loadMs in Exponential(-4, 1)
        from share in Gen.Elements(1, 0.5, 0.25, 0.125)
        from computeError in Gen.Choose(-100, 100)
        from loadError in Gen.Choose(-100, 100)
        let pairMs = tokenMs * slope / 100 / 8192
        let truth = new RestoreEstimate(new Curve(stepMs / share, tokenMs / share, pairMs / share), readMs, loadMs)
        let c = Math.Pow(1 + wrongness, computeError / 100.0)
        let l = Math.Pow(1 + wrongness, loadError / 100.0)
        select new RestoreSimulation
        {
            PrefixTokens = tokens,
            Truth = truth,
            Belief = new RestoreEstimate(
                new Curve(c * stepMs / share, c * tokenMs / share, c * pairMs / share),
                l * readMs,
                l * loadMs
            ),
        };

    private static Gen<double> Exponential(int low, int high) =>
        Gen.Choose(low * 1000, high * 1000).Select(e => Math.Pow(10, e / 1000.0));

    private static RestoreSimulation World(
        int tokens,
        double stepMs,
        double tokenMs,
        double pairMs,
        double readMs,
        double loadMs
    ) =>
        new()
        {
            PrefixTokens = tokens,
            Truth = new RestoreEstimate(new Curve(stepMs, tokenMs, pairMs), readMs, loadMs),
        };

    private sealed record Curve(double Step, double Token, double Pair) : ILatencyModel
    {
        public double StepMs(in StepShape step) => Step + Token * step.PrefillTokens + Pair * step.PrefillPairs;
    }
}
