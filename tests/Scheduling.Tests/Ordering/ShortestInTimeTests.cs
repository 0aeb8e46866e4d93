// Owns who goes first when first tokens are promised, and how a step is cut when paces are.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Ordering;

public sealed class ShortestInTimeTests
{
    [Fact]
    public void The_shortest_goes_first_and_the_late_go_last()
    {
        // Steps of 10 ms and 1 ms a token; first tokens are due after 400 ms.
        var scheduler = Scheduler(new LatencyTargets(400, 100));
        scheduler.Add(Ask("long", 300), 0);
        scheduler.Add(Ask("impossible", 500), 0);
        scheduler.Add(Ask("short", 100), 0);
        var batch = scheduler.Next(0)!;
        Assert.Equal(["short", "long", "impossible"], Names(batch));
    }

    [Fact]
    public void Who_has_become_late_while_waiting_is_found_out()
    {
        var scheduler = Scheduler(new LatencyTargets(400, 100));
        scheduler.Add(Ask("short", 100), 0);
        scheduler.Add(Ask("later", 200), 350);
        Assert.Equal(["later", "short"], Names(scheduler.Next(350)!));
    }

    [Fact]
    public void A_step_takes_as_much_prefill_as_the_decodes_can_wait_for()
    {
        var scheduler = Scheduler(new LatencyTargets(10_000, 100));
        var decode = scheduler.Add(Ask("decode", 10) with { MaxNewTokens = 10 }, 0)[0];
        Complete(scheduler.Next(0)!, 20);
        scheduler.Add(Ask("prompt", 3000), 20);
        // 100 ms are left, 95 % of which are planned: 10 ms for the step, 85 tokens of prefill.
        var step = scheduler.Next(20)!;
        Assert.Equal([1, 85], step.Items.ToArray().Select(item => item.Count));
        Complete(step, 30);
        // The step was faster than promised: the next may be longer by what was gained.
        step = scheduler.Next(30)!;
        Assert.Equal([1, 170], step.Items.ToArray().Select(item => item.Count));
        Assert.Equal(2, decode.GeneratedCount);

        void Complete(Batch batch, double nowMs) =>
            scheduler.Complete(batch, new SampledToken[batch.Samples.Length], nowMs);
    }

    [Fact]
    public void Without_targets_everything_is_served()
    {
        var scheduler = Scheduler(LatencyTargets.None);
        for (var i = 0; i < 20; i++)
            scheduler.Add(Ask($"{i}", 50 + i * 31 % 200) with { MaxNewTokens = 5 }, i);
        for (var now = 20; scheduler.Next(now) is { } batch; now += 10)
            scheduler.Complete(batch, new SampledToken[batch.Samples.Length], now + 10);
        Assert.False(scheduler.HasWork);
    }

    private static List<string> Names(Batch batch) =>
        [.. batch.Items.ToArray().Select(item => item.Sequence.Request.Id)];

    private static Scheduler Scheduler(LatencyTargets targets) =>
        new(
            new SchedulerOptions
            {
                BlockCount = 1000,
                EnablePrefixCaching = false,
                Estimate = new Linear(10, 1, 0, 0),
                Targets = targets,
            },
            TernServe.System
        );

    private static Request Ask(string id, int tokens) =>
        new()
        {
            Id = id,
            Prompt = new int[tokens],
            MaxNewTokens = 1,
        };
}
