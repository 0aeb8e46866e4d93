// Owns what proactive swapping must be: the estimate by hand, and who moves against the definition computed pair by pair.
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Preemption;

public sealed class ProactiveSwapTests
{
    private const int StepSequences = 2;
    private const int Reserve = 8;
    private const double StarvationMs = 300;

    [Fact]
    public void The_time_to_execution_is_the_quanta_that_those_above_burn()
    {
        // Two in the first queue, one in the second, three in the third; quanta of 10, 20 and 40 ms, two sequences a step.
        var ms = new double[4];
        ProactiveSwap.ExecuteMs([2, 1, 3, 0], 10, 2, 2, ms);
        Assert.Equal([0, 2 * 10 / 2, (2 * (10 + 20) + 20) / 2, (2 * (10 + 20 + 40) + (20 + 40) + 3 * 40) / 2], ms);
    }

    [Fact]
    public void Who_runs_last_leaves_and_who_runs_soonest_returns()
    {
        var scheduler = Short(FastServe.System);
        var (outs, ins) = (0, 0);
        Run(
            scheduler,
            (batch, now, all) =>
            {
                var held = all.Where(s => s.State is SequenceState.Running or SequenceState.Swapped).ToList();
                var enst = held.ToDictionary(s => s, s => EnstMs(s, held, now));
                var moved = batch.Moves.ToArray().Where(m => m.Ahead).ToList();
                foreach (var gone in moved.Where(m => m.Kind == BlockMoveKind.Out).Select(m => m.Sequence).Distinct())
                {
                    outs++;
                    var idle = held.Where(s => s is { State: SequenceState.Running, InFlight: 0, Computed: > 0 });
                    Assert.All(idle, s => Assert.True(enst[s] <= enst[gone] + 1e-9));
                }
                foreach (var back in moved.Where(m => m.Kind == BlockMoveKind.In).Select(m => m.Sequence).Distinct())
                {
                    ins++;
                    Assert.All(
                        held.Where(s => s.State == SequenceState.Swapped),
                        s => Assert.True(enst[back] <= enst[s] + 1e-9)
                    );
                }
            }
        );
        Assert.True(outs > 20 && ins > 20, $"{outs} left and {ins} returned ahead of time: the run proves little");
    }

    [Theory]
    [InlineData("fastserve")]
    [InlineData("fastserve-released")]
    public void Blocks_are_kept_free_as_long_as_somebody_can_leave(string name)
    {
        var scheduler = Short(SystemCatalog.Get(name));
        var reserve = name == "fastserve" ? Reserve : StepSequences;
        Run(
            scheduler,
            (_, _, all) =>
                Assert.True(
                    scheduler.Options.BlockCount - scheduler.HeldBlocks >= reserve
                        || !all.Any(s => s is { State: SequenceState.Running, InFlight: 0, Computed: > 0 })
                )
        );
        Assert.Equal(0, scheduler.Stats.HeldHostBlocks);
    }

    [Fact]
    public void The_same_policy_serves_schedulers_on_several_threads()
    {
        // Systems are shared: whatever a policy remembers of one scheduler would be seen by the other.
        var lone = Steps();
        var together = new long[4];
        Parallel.For(0, together.Length, i => together[i] = Steps());
        Assert.All(together, steps => Assert.Equal(lone, steps));

        static long Steps()
        {
            var scheduler = Short(FastServe.System);
            Run(scheduler, (_, _, _) => { });
            return scheduler.Stats.Steps * 1000 + scheduler.Stats.SwapsOut;
        }
    }

    private static double EnstMs(Sequence sequence, List<Sequence> held, double now)
    {
        var execute = 0.0;
        foreach (var other in held)
        {
            for (var level = other.Place.Level; level < sequence.Place.Level; level++)
                execute += TokenTimed.DecodeMs * Math.Pow(2, level);
        }
        return Math.Min(StarvationMs - (now - sequence.LastServedMs), execute / StepSequences);
    }

    private static Scheduler Short(ServingSystem system) =>
        new(
            Drive.Options(blocks: 40, blockSize: 4, sequences: 64) with
            {
                HostBlockCount = 1000,
                MaxBatchSequences = StepSequences,
                Estimate = new TokenTimed(),
                EnablePrefixCaching = false,
            },
            system.Preemption is ProactiveSwap && system.Name == "fastserve"
                ? system with
                {
                    Preemption = new ProactiveSwap(new ProactiveSwap.Options { ReservedShare = Reserve / 40.0 }),
                }
                : system
        );

    private static void Run(Scheduler scheduler, Action<Batch, double, List<Sequence>> afterNext)
    {
        var all = new List<Sequence>();
        var now = 0.0;
        for (var i = 0; i < 2000 && (i < 40 || scheduler.HasWork); i++)
        {
            if (i < 40)
                all.AddRange(scheduler.Add(Drive.Request($"{i}", 5 + i * 7 % 30, 3 + i * 11 % 40), now));
            if (scheduler.Next(now) is not { } batch)
                continue;
            afterNext(batch, now, all);
            now += 10;
            scheduler.Complete(batch, Drive.Results(batch), now);
        }
        Assert.False(scheduler.HasWork, "the run does not end");
    }
}
