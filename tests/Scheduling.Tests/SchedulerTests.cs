// Owns examples of what a scheduler decides, one behaviour each.
using Tern.Scheduling.Ordering;
using static Tern.Scheduling.Tests.Drive;

namespace Tern.Scheduling.Tests;

public sealed class SchedulerTests
{
    [Fact]
    public void A_prompt_is_prefilled_then_decoded_one_token_a_step()
    {
        var scheduler = new Scheduler(Options());
        var sequence = scheduler.Add(Request("a", 6, 3), 0)[0];
        Assert.Equal("a.0[0+6!]", Describe(Step(scheduler)));
        Assert.Equal("a.0[6+1!]", Describe(Step(scheduler)));
        Assert.Equal("a.0[7+1!]", Describe(Step(scheduler)));
        Assert.Equal(SequenceEnd.Length, sequence.End);
        Assert.Equal(3, sequence.GeneratedCount);
        Assert.False(scheduler.HasWork);
        Assert.Null(scheduler.Next(0));
        Assert.Equal(0, scheduler.Stats.HeldBlocks);
    }

    [Fact]
    public void Chunks_of_prefill_fill_what_decodes_leave_of_the_budget()
    {
        var scheduler = new Scheduler(Options(batchTokens: 8));
        scheduler.Add(Request("a", 4, 9, first: 100), 0);
        scheduler.Add(Request("b", 17, 9, first: 200), 0);
        Assert.Equal("a.0[0+4!] b.0[0+4]", Describe(Step(scheduler)));
        Assert.Equal("a.0[4+1!] b.0[4+7]", Describe(Step(scheduler)));
        Assert.Equal("a.0[5+1!] b.0[11+6!]", Describe(Step(scheduler)));
        Assert.Equal("a.0[6+1!] b.0[17+1!]", Describe(Step(scheduler)));
    }

    [Fact]
    public void Prefill_first_stalls_decodes_while_prompts_come()
    {
        var scheduler = new Scheduler(Options(batchTokens: 8), Systems.Vllm.System);
        scheduler.Add(Request("a", 6, 9, first: 100), 0);
        scheduler.Add(Request("b", 6, 9, first: 200), 0);
        scheduler.Add(Request("c", 11, 9, first: 300), 0);
        Assert.Equal("a.0[0+6!]", Describe(Step(scheduler)));
        Assert.Equal("b.0[0+6!]", Describe(Step(scheduler)));
        Assert.Equal("c.0[0+8]", Describe(Step(scheduler)));
        Assert.Equal("c.0[8+3!]", Describe(Step(scheduler)));
        Assert.Equal("a.0[6+1!] b.0[6+1!] c.0[11+1!]", Describe(Step(scheduler)));
    }

    [Fact]
    public void A_sequence_with_its_token_in_flight_is_not_scheduled_again()
    {
        var scheduler = new Scheduler(Options());
        scheduler.Add(Request("a", 5, 4), 0);
        var first = scheduler.Next(0)!;
        Assert.Null(scheduler.Next(0));
        scheduler.Complete(first, Results(first), 0);
        Assert.Equal("a.0[5+1!]", Describe(scheduler.Next(0)!));
    }

    [Fact]
    public void Prefill_chunks_are_pipelined_and_complete_in_order()
    {
        var scheduler = new Scheduler(Options(batchTokens: 8));
        scheduler.Add(Request("a", 20, 4), 0);
        var first = scheduler.Next(0)!;
        var second = scheduler.Next(0)!;
        Assert.Equal("a.0[0+8]", Describe(first));
        Assert.Equal("a.0[8+8]", Describe(second));
        Assert.Throws<InvalidOperationException>(() => scheduler.Complete(second, [], 0));
        scheduler.Complete(first, [], 0);
        scheduler.Complete(second, [], 0);
        Assert.Equal("a.0[16+4!]", Describe(scheduler.Next(0)!));
    }

    [Fact]
    public void A_repeated_prompt_is_taken_from_the_cache_but_for_its_last_token()
    {
        var scheduler = new Scheduler(Options());
        scheduler.Add(Request("a", 8, 1), 0);
        RunToEnd(scheduler);
        var again = scheduler.Add(Request("b", 8, 1), 0)[0];
        Assert.Equal("b.0[4+4!]", Describe(Step(scheduler)));
        Assert.Equal(4, again.Timeline.CachedTokens);
        scheduler.Add(Request("c", 9, 1), 0);
        Assert.Equal("c.0[8+1!]", Describe(Step(scheduler)));
        Assert.Equal(25, scheduler.Stats.PrefixQueries);
        Assert.Equal(12, scheduler.Stats.PrefixHits);
    }

    [Fact]
    public void Generated_tokens_are_cached_too()
    {
        var scheduler = new Scheduler(Options());
        var answer = scheduler.Add(Request("a", 6, 8), 0)[0];
        RunToEnd(scheduler);
        var turn = new Request
        {
            Id = "b",
            Prompt = answer.Tokens.ToArray(),
            MaxNewTokens = 1,
        };
        scheduler.Add(turn, 0);
        Assert.Equal("b.0[12+2!]", Describe(Step(scheduler)));
    }

    [Fact]
    public void A_block_is_invisible_until_its_step_completes()
    {
        var scheduler = new Scheduler(Options());
        scheduler.Add(Request("a", 9, 4), 0);
        var first = scheduler.Next(0)!;
        scheduler.Add(Request("b", 9, 4), 0);
        var second = scheduler.Next(0)!;
        Assert.Equal("b.0[0+9!]", Describe(second));
        scheduler.Complete(first, Results(first), 0);
        scheduler.Complete(second, Results(second), 0);
        scheduler.Add(Request("c", 9, 4), 0);
        Assert.Contains("c.0[8+1!]", Describe(Step(scheduler)), StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_of_different_salts_share_nothing()
    {
        var scheduler = new Scheduler(Options());
        scheduler.Add(Request("a", 9, 1) with { CacheSalt = "x" }, 0);
        RunToEnd(scheduler);
        scheduler.Add(Request("b", 9, 1) with { CacheSalt = "y" }, 0);
        scheduler.Add(Request("c", 9, 1), 0);
        scheduler.Add(Request("d", 9, 1) with { CacheSalt = "" }, 0);
        scheduler.Add(Request("e", 9, 1) with { CacheSalt = "x" }, 0);
        Assert.Equal("b.0[0+9!] c.0[0+9!] d.0[0+9!] e.0[8+1!]", Describe(Step(scheduler)));
    }

    [Fact]
    public void Without_prefix_caching_everything_is_computed()
    {
        var scheduler = new Scheduler(Options() with { EnablePrefixCaching = false });
        for (var i = 0; i < 2; i++)
        {
            scheduler.Add(Request($"{i}", 9, 1), 0);
            Assert.Equal($"{i}.0[0+9!]", Describe(Step(scheduler)));
        }
        Assert.Equal(0, scheduler.Stats.CachedBlocks);
        Assert.Equal(0, scheduler.Stats.PrefixQueries);
    }

    [Fact]
    public void Answers_share_the_prompt_and_copy_only_its_partial_last_block()
    {
        var scheduler = new Scheduler(Options());
        var answers = scheduler.Add(Request("a", 6, 3, answers: 3), 0);
        var prompt = Step(scheduler);
        Assert.Equal("a.0[0+6!]", Describe(prompt));
        Assert.Equal([0, 1, 2], prompt.Samples.ToArray().Select(s => s.Sequence.Index));
        Assert.Equal(2, scheduler.Stats.HeldBlocks);
        Assert.Equal(3, scheduler.Stats.Running);

        var decode = scheduler.Next(0)!;
        Assert.Equal("a.0[6+1!] a.1[6+1!] a.2[6+1!]", Describe(decode));
        Assert.Equal([(1, 2), (1, 3)], Drive.Moves(decode).Select(m => (m.From, m.To)));
        Assert.Equal([0, 2], answers[0].Blocks.Span.ToArray());
        Assert.Equal([0, 3], answers[1].Blocks.Span.ToArray());
        Assert.Equal([0, 1], answers[2].Blocks.Span.ToArray());
        scheduler.Complete(decode, Results(decode), 0);
        Assert.Equal(4, scheduler.Stats.HeldBlocks);
        RunToEnd(scheduler);
        Assert.Equal(0, scheduler.Stats.HeldBlocks);
        Assert.All(answers, a => Assert.Equal(3, a.GeneratedCount));
    }

    [Fact]
    public void Answers_of_a_prompt_that_fills_its_blocks_copy_nothing()
    {
        var scheduler = new Scheduler(Options());
        scheduler.Add(Request("a", 8, 2, answers: 2), 0);
        Step(scheduler);
        var decode = scheduler.Next(0)!;
        Assert.Equal(0, decode.Moves.Length);
        Assert.Equal(4, scheduler.Stats.HeldBlocks);
    }

    [Fact]
    public void The_first_answer_may_finish_with_its_first_token_and_the_others_go_on()
    {
        var scheduler = new Scheduler(Options());
        var answers = scheduler.Add(Request("a", 6, 3, answers: 2), 0);
        var prompt = scheduler.Next(0)!;
        scheduler.Complete(prompt, [new SampledToken(7, Finished: true), new SampledToken(8)], 0);
        Assert.Equal(SequenceEnd.Stopped, answers[0].End);
        Assert.Equal("a.1[6+1!]", Describe(Step(scheduler)));
        RunToEnd(scheduler);
        Assert.Equal(0, scheduler.Stats.HeldBlocks);
    }

    [Fact]
    public void When_blocks_run_out_the_latest_is_preempted_and_comes_back_first()
    {
        var scheduler = new Scheduler(Options(blocks: 6) with { Watermark = 0 });
        var early = scheduler.Add(Request("a", 8, 8, first: 100), 0)[0];
        var late = scheduler.Add(Request("b", 8, 8, first: 200), 0)[0];
        scheduler.Add(Request("c", 12, 2, first: 300), 0);
        while (scheduler.Stats.Preemptions == 0)
            Step(scheduler);
        Assert.Equal(SequenceState.Waiting, late.State);
        Assert.Equal(0, late.Blocks.Count);
        Assert.Equal(1, late.Timeline.Preemptions);
        Assert.True(late.GeneratedCount > 0);
        Assert.Equal(SequenceState.Running, early.State);
        var order = new List<string>();
        while (scheduler.HasWork)
        {
            foreach (var item in Step(scheduler).Items)
                order.Add(item.Sequence.Request.Id);
        }
        Assert.True(order.IndexOf("b") < order.IndexOf("c"));
        Assert.Equal(8, early.GeneratedCount);
        Assert.Equal(8, late.GeneratedCount);
    }

    [Fact]
    public void Priority_orders_admission_and_preemption()
    {
        var system = Systems.SarathiServe.System with { Ordering = new Priority() };
        var scheduler = new Scheduler(Options(sequences: 1), system);
        scheduler.Add(Request("low", 4, 2, first: 100) with { Priority = 5 }, 0);
        scheduler.Add(Request("high", 4, 2, first: 200) with { Priority = -1 }, 0);
        scheduler.Add(Request("low2", 4, 2, first: 300) with { Priority = 5 }, 0);
        Assert.Equal("high.0[0+4!]", Describe(Step(scheduler)));
        Step(scheduler);
        Assert.Equal("low.0[0+4!]", Describe(Step(scheduler)));
    }

    [Fact]
    public void A_sequence_ends_at_the_longest_length_there_is()
    {
        var scheduler = new Scheduler(Options(blocks: 2) with { MaxModelLength = 100 });
        var sequence = scheduler.Add(Request("a", 5, 50), 0)[0];
        RunToEnd(scheduler);
        Assert.Equal(8, sequence.TokenCount);
        Assert.Equal(SequenceEnd.Length, sequence.End);
    }

    [Theory]
    [InlineData(8, 1, 1, RefusalReason.TooLong)]
    [InlineData(0, 1, 1, RefusalReason.EmptyPrompt)]
    [InlineData(2, 0, 1, RefusalReason.InvalidCount)]
    [InlineData(2, 1, 0, RefusalReason.InvalidCount)]
    [InlineData(2, 1, 9, RefusalReason.InvalidCount)]
    public void What_can_never_be_served_is_refused(int prompt, int newTokens, int answers, RefusalReason reason)
    {
        var scheduler = new Scheduler(Options(blocks: 2));
        var refused = Assert.Throws<RequestRefusedException>(() =>
            scheduler.Add(Request("a", prompt, newTokens, answers), 0)
        );
        Assert.Equal(reason, refused.Reason);
        Assert.False(scheduler.HasWork);
    }

    [Fact]
    public void An_id_in_flight_is_refused()
    {
        var scheduler = new Scheduler(Options());
        scheduler.Add(Request("a", 3, 1), 0);
        var refused = Assert.Throws<RequestRefusedException>(() => scheduler.Add(Request("a", 3, 1), 0));
        Assert.Equal(RefusalReason.DuplicateId, refused.Reason);
    }

    [Fact]
    public void Cancel_of_an_idle_request_frees_its_blocks_at_once()
    {
        var scheduler = new Scheduler(Options());
        var answers = scheduler.Add(Request("a", 6, 9, answers: 2), 0);
        Step(scheduler);
        Assert.True(scheduler.Cancel("a", 5));
        Assert.Equal(0, scheduler.Stats.HeldBlocks);
        Assert.False(scheduler.Knows("a"));
        Assert.False(scheduler.Cancel("a", 5));
        Assert.All(answers, a => Assert.Equal(SequenceEnd.Cancelled, a.End));
        Assert.Null(scheduler.Next(5));
    }

    [Fact]
    public void Cancel_in_flight_keeps_the_blocks_until_the_step_completes()
    {
        var scheduler = new Scheduler(Options(batchTokens: 8));
        scheduler.Add(Request("a", 20, 9, answers: 2), 0);
        var first = scheduler.Next(0)!;
        var second = scheduler.Next(0)!;
        Assert.True(scheduler.Cancel("a", 1));
        Assert.True(scheduler.Knows("a"));
        Assert.Equal(5, scheduler.Stats.HeldBlocks);
        Assert.Null(scheduler.Next(1));
        scheduler.Complete(first, [], 2);
        Assert.Equal(5, scheduler.Stats.HeldBlocks);
        scheduler.Complete(second, [], 3);
        Assert.Equal(0, scheduler.Stats.HeldBlocks);
        Assert.False(scheduler.Knows("a"));
    }

    [Fact]
    public void The_timeline_tells_when_what_happened()
    {
        var scheduler = new Scheduler(Options(batchTokens: 8));
        var timeline = scheduler.Add(Request("a", 9, 2) with { ArrivalMs = 1 }, 2)[0].Timeline;
        Assert.True(double.IsNaN(timeline.FirstScheduledMs));
        Step(scheduler, 3);
        Assert.True(double.IsNaN(timeline.FirstTokenMs));
        Step(scheduler, 4);
        Step(scheduler, 5);
        Assert.Equal(
            (1, 3, 4, 5),
            (timeline.ArrivalMs, timeline.FirstScheduledMs, timeline.FirstTokenMs, timeline.FinishMs)
        );
        Assert.Equal(2, timeline.GeneratedTokens);
    }

    [Fact]
    public void Results_must_be_as_many_as_samples()
    {
        var scheduler = new Scheduler(Options());
        scheduler.Add(Request("a", 3, 2), 0);
        var batch = scheduler.Next(0)!;
        Assert.Throws<ArgumentException>(() => scheduler.Complete(batch, [], 0));
        scheduler.Complete(batch, Results(batch), 0);
    }
}
