// Owns cases in which somebody in front once had to wait for those behind, found by the conformance kit.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests;

public sealed class ServiceOrderTests
{
    private static readonly ServingSystem _disaggregated = DistServe.System with { Preemption = new Recompute() };

    [Fact]
    public void The_last_token_of_a_prompt_longer_than_the_budget_is_prompt_still()
    {
        var scheduler = new Scheduler(Drive.Options(batchTokens: 10), Vllm.System);
        scheduler.Add(Drive.Request("long", 11, 1), 0);
        scheduler.Add(Drive.Request("next", 1, 1, first: 5000), 0);
        Assert.Equal("long.0[0+10]", Drive.Describe(Drive.Step(scheduler)));
        Assert.Equal("long.0[10+1!] next.0[0+1!]", Drive.Describe(Drive.Step(scheduler)));
    }

    [Fact]
    public void Who_goes_first_gets_a_place_even_if_all_are_taken()
    {
        var options = Drive.Options(sequences: 1) with { Estimate = new Linear(1, 1, 0, 0) };
        var scheduler = new Scheduler(options, FastServe.System);
        scheduler.Add(Drive.Request("slow", 30, 20), 0);
        Drive.Step(scheduler);
        scheduler.Add(Drive.Request("quick", 1, 1, first: 5000), 1);
        Assert.Equal("quick.0[0+1!]", Drive.Describe(Drive.Step(scheduler, 1)));
    }

    [Fact]
    public void Who_was_promoted_keeps_its_place_in_the_first_queue_while_it_waits()
    {
        var options = Drive.Options(sequences: 1) with { Estimate = new Linear(1, 1, 0, 0) };
        var scheduler = new Scheduler(options, FastServe.System);
        var starving = scheduler.Add(Drive.Request("starving", 30, 20), 0)[0];
        scheduler.Add(Drive.Request("first", 1, 500, first: 5000), 200);
        scheduler.Next(300);
        var place = starving.Place;
        Assert.Equal((0, 300.0), (place.Level, place.Rank));
        scheduler.Next(700);
        Assert.Equal(place, starving.Place);
    }

    [Fact]
    public void A_request_waits_since_it_arrived_and_not_since_it_was_taken_in()
    {
        var options = Drive.Options(sequences: 1) with { Estimate = new Linear(1, 1, 0, 0) };
        var scheduler = new Scheduler(options, FastServe.System);
        var late = scheduler.Add(Drive.Request("late", 30, 2), 100)[0];
        var early = scheduler.Add(Drive.Request("early", 30, 2, first: 5000) with { ArrivalMs = 50 }, 120)[0];
        Assert.Equal((50.0, 100.0), (early.LastServedMs, late.LastServedMs));
        Assert.Equal("early.0[0+30!]", Drive.Describe(scheduler.Next(130)!));
        // Early's 300 ms are over at 350, though Late was told first.
        scheduler = new Scheduler(options with { MaxBatchTokens = 1 }, FastServe.System);
        late = scheduler.Add(Drive.Request("late", 30, 2), 100)[0];
        early = scheduler.Add(Drive.Request("early", 30, 2, first: 5000) with { ArrivalMs = 50 }, 120)[0];
        scheduler.Next(360);
        Assert.Equal((0, 5), (early.Place.Level, late.Place.Level));
    }

    [Fact]
    public void Sequences_on_their_way_count_among_those_that_may_run()
    {
        var prefill = Prefill(3);
        var scheduler = new Scheduler(
            Drive.Options(blocks: 10, sequences: 2) with
            {
                Role = WorkerRole.Decode,
                EnablePrefixCaching = false,
            },
            _disaggregated
        );
        Adopt(scheduler, prefill);
        Adopt(scheduler, prefill);
        Drive.Step(scheduler);
        scheduler.BlockLimit = 4; // the first needs a third block and takes it from the second
        Drive.Step(scheduler);
        Assert.Equal((1, 1), (scheduler.Stats.Running, scheduler.Stats.Waiting));
        scheduler.BlockLimit = 10;
        var arriving = scheduler.TryAdopt(prefill.FirstParked!, 0)!;
        Drive.Step(scheduler);
        scheduler.Arrive(arriving);
        Assert.Equal((2, 1), (scheduler.Stats.Running, scheduler.Stats.Waiting));
    }

    [Fact]
    public void One_of_several_answers_is_not_parked()
    {
        var scheduler = new Scheduler(Drive.Options(), Vllm.System);
        var answers = scheduler.Add(Drive.Request("several", 4, 9, answers: 2), 0);
        var alone = scheduler.Add(Drive.Request("alone", 4, 9, first: 5000), 0)[0];
        Drive.Step(scheduler);
        Assert.All(answers, answer => Assert.False(scheduler.TryPark(answer)));
        Assert.True(scheduler.TryPark(alone));
    }

    [Fact]
    public void A_static_batch_whose_last_unfinished_request_is_cancelled_is_over()
    {
        var scheduler = new Scheduler(Drive.Options() with { MaxModelLength = 20 }, FasterTransformer.System);
        scheduler.Add(Drive.Request("short", 4, 1), 0);
        scheduler.Add(Drive.Request("long", 4, 9, first: 5000), 0);
        Assert.Empty(Drive.Step(scheduler).Ended.ToArray());
        Assert.True(scheduler.Cancel("long", 1));
        Assert.False(scheduler.HasWork);
        Assert.Equal(0, scheduler.HeldBlocks);
    }

    [Fact]
    public void A_step_tells_who_is_over_with_it()
    {
        var scheduler = new Scheduler(Drive.Options() with { MaxModelLength = 20 }, FasterTransformer.System);
        scheduler.Add(Drive.Request("short", 4, 1), 0);
        scheduler.Add(Drive.Request("long", 4, 2, first: 5000), 0);
        Assert.Empty(Drive.Step(scheduler).Ended.ToArray());
        var ended = Drive.Step(scheduler).Ended.ToArray().Select(sequence => sequence.Request.Id);
        Assert.Equal(["long", "short"], ended.Order());
    }

    /// <summary>A prefill worker with this many parked sequences of 8 tokens that want 5 more.</summary>
    private static Scheduler Prefill(int count)
    {
        var scheduler = new Scheduler(
            Drive.Options() with
            {
                Role = WorkerRole.Prefill,
                EnablePrefixCaching = false,
            },
            _disaggregated
        );
        for (var i = 0; i < count; i++)
            scheduler.Add(Drive.Request($"{i}", 7, 6), 0);
        while (scheduler.Stats.Parked < count)
            Drive.Step(scheduler);
        return scheduler;
    }

    private static void Adopt(Scheduler scheduler, Scheduler from)
    {
        var parked = from.FirstParked!;
        scheduler.Arrive(scheduler.TryAdopt(parked, 0)!);
        from.HandOver(parked);
    }
}
