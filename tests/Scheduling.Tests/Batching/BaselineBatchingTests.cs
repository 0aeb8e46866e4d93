// Owns what the batching of FastServe and its baselines must be: who is in a step, step by step.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Batching;

public sealed class BaselineBatchingTests
{
    [Fact]
    public void A_static_batch_takes_nobody_in_and_answers_together()
    {
        var scheduler = new Scheduler(Drive.Options() with { MaxModelLength = 32 }, FasterTransformer.System);
        var first = scheduler.Add(Drive.Request("a", 3, 1), 0)[0];
        scheduler.Add(Drive.Request("b", 3, 3), 0);
        Assert.Equal("a.0[0+3!] b.0[0+3!]", Drive.Describe(Drive.Step(scheduler)));
        scheduler.Add(Drive.Request("c", 3, 1), 0);
        Assert.Equal("b.0[3+1!]", Drive.Describe(Drive.Step(scheduler)));
        Assert.True(scheduler.Knows("a"), "the first answer went out before the batch was over");
        Assert.Equal(1, first.GeneratedCount);
        Assert.Equal("b.0[4+1!]", Drive.Describe(Drive.Step(scheduler)));
        Assert.False(scheduler.Knows("a"));
        Assert.Equal("c.0[0+3!]", Drive.Describe(Drive.Step(scheduler)));
    }

    [Theory]
    [InlineData(80, 2)] // two padded to 20 + 20
    [InlineData(79, 1)]
    [InlineData(10, 1)] // the first is always taken
    [InlineData(239, 2)]
    [InlineData(240, 3)] // three padded to 20 + 60
    public void A_static_batch_is_limited_by_its_padded_tokens(int most, int taken)
    {
        var scheduler = new Scheduler(
            Drive.Options(blocks: 256) with
            {
                MaxModelLength = 100,
            },
            FasterTransformer.System with
            {
                Batching = new StaticBatching(new StaticBatching.Options { MaxPaddedTokens = most }),
            }
        );
        scheduler.Add(Drive.Request("a", 20, 20), 0);
        scheduler.Add(Drive.Request("b", 10, 10), 0);
        scheduler.Add(Drive.Request("c", 10, 60), 0);
        Assert.Equal(taken, scheduler.Next(0)!.Items.Length);
    }

    [Fact]
    public void Orca_computes_prompts_beside_decodes()
    {
        var scheduler = new Scheduler(Drive.Options() with { MaxModelLength = 16 }, Orca.System);
        scheduler.Add(Drive.Request("a", 3, 5), 0);
        Drive.Step(scheduler);
        scheduler.Add(Drive.Request("b", 4, 5), 0);
        Assert.Equal("a.0[3+1!] b.0[0+4!]", Drive.Describe(Drive.Step(scheduler)));
    }

    [Fact]
    public void Whoever_goes_first_pauses_those_who_run()
    {
        var scheduler = ByPriority(host: 0, hostReserve: 0);
        scheduler.Add(Drive.Request("low", 3, 9) with { Priority = 1 }, 0);
        Drive.Step(scheduler);
        scheduler.Add(Drive.Request("high", 3, 2), 0);
        Assert.Equal("high.0[0+3!]", Drive.Describe(Drive.Step(scheduler)));
        Assert.Equal("high.0[3+1!]", Drive.Describe(Drive.Step(scheduler)));
        Assert.Equal("low.0[3+1!]", Drive.Describe(Drive.Step(scheduler)));
    }

    [Theory]
    [InlineData(0.0, "urgent.0[0+1!]")]
    [InlineData(0.9, "high.0[12+1!]")]
    public void No_prompt_begins_while_the_host_is_nearly_full(double hostReserve, string step)
    {
        // Four blocks of four tokens here and in the host: the second prompt pushes the first out to the host.
        var scheduler = ByPriority(host: 4, hostReserve);
        scheduler.Add(Drive.Request("low", 12, 9) with { Priority = 2 }, 0);
        Drive.Step(scheduler);
        scheduler.Add(Drive.Request("high", 12, 3) with { Priority = 1 }, 0);
        Assert.Equal("high.0[0+12!]", Drive.Describe(Drive.Step(scheduler)));
        Assert.Equal(3, scheduler.Stats.HeldHostBlocks);
        scheduler.Add(Drive.Request("urgent", 1, 1), 0);
        Assert.Equal(step, Drive.Describe(Drive.Step(scheduler)));
        Drive.RunToEnd(scheduler);
    }

    [Fact]
    public void Nobody_is_preempted_for_a_prompt_that_does_not_fit_into_the_step()
    {
        var scheduler = new Scheduler(
            Drive.Options(blocks: 12, batchTokens: 20) with
            {
                EnablePrefixCaching = false,
            },
            Preempting(new Recompute(), 0)
        );
        scheduler.Add(Drive.Request("a", 10, 9) with { Priority = 1 }, 0);
        scheduler.Add(Drive.Request("b", 10, 9) with { Priority = 3 }, 0);
        Drive.Step(scheduler);
        scheduler.Add(Drive.Request("c", 20, 1) with { Priority = 2 }, 0);
        Assert.Equal("a.0[10+1!] b.0[10+1!]", Drive.Describe(Drive.Step(scheduler)));
        Assert.Equal(0, scheduler.Stats.Preemptions);
    }

    private static Scheduler ByPriority(int host, double hostReserve) =>
        new(
            Drive.Options(blocks: 4, batchTokens: 16) with
            {
                HostBlockCount = host,
                MaxBatchSequences = 1,
                EnablePrefixCaching = false,
            },
            Preempting(new Swap(), hostReserve)
        );

    private static ServingSystem Preempting(IPreemptionPolicy preemption, double hostReserve) =>
        new()
        {
            Name = "preempting",
            Source = "a test",
            Ordering = new Priority(),
            Batching = new HighestPriority(new HighestPriority.Options { HostReserve = hostReserve }),
            Preemption = preemption,
        };
}
