// Owns what skip-join MLFQ must be: queues, quanta, demotion and promotion as computed by hand.
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Ordering;

public sealed class SkipJoinMlfqTests
{
    private static readonly SchedulingContext _context = new(Drive.Options() with { Estimate = new TokenTimed() });

    [Theory]
    [InlineData(10, 0)]
    [InlineData(11, 1)]
    [InlineData(20, 1)]
    [InlineData(21, 2)]
    [InlineData(100, 4)]
    public void A_prompt_joins_the_first_queue_whose_quantum_covers_it(int promptTokens, int level)
    {
        // The first quantum is the shortest step, 10 ms.
        Assert.Equal(level, new SkipJoinMlfq().Arrive(Sequence(promptTokens), _context).Level);
        Assert.Equal(0, new SkipJoinMlfq(SkipJoinMlfq.Options.Naive).Arrive(Sequence(promptTokens), _context).Level);
        // The release's first quantum is 10 ms whatever the steps take.
        Assert.Equal(
            level,
            new SkipJoinMlfq(SkipJoinMlfq.Options.AsReleased).Arrive(Sequence(promptTokens), _context).Level
        );
    }

    [Fact]
    public void Service_adds_up_until_the_quantum_is_used()
    {
        var policy = new SkipJoinMlfq(new SkipJoinMlfq.Options { BaseQuantumMs = 40 });
        var sequence = Sequence(5);
        sequence.Place = policy.Arrive(sequence, _context);
        foreach (var served in new double[] { 15, 30 })
        {
            sequence.Place = policy.Serve(sequence, 15, _context);
            Assert.Equal((0, served), (sequence.Place.Level, sequence.Place.ServedMs));
        }
        sequence.Place = policy.Serve(sequence, 15, _context);
        Assert.Equal((1, 0.0), (sequence.Place.Level, sequence.Place.ServedMs));
    }

    [Theory]
    [InlineData(1, true, 2)] // a quantum of 8 ms does not cover the next step of 10
    [InlineData(1, false, 1)]
    [InlineData(3, true, 3)]
    public void A_used_quantum_demotes_to_where_the_next_step_fits(int demotion, bool coversNextStep, int level)
    {
        var policy = new SkipJoinMlfq(
            new SkipJoinMlfq.Options
            {
                BaseQuantumMs = 4,
                SkipsOnJoin = false,
                Demotion = demotion,
                CoversNextStep = coversNextStep,
            }
        );
        var sequence = Sequence(5);
        sequence.Place = policy.Arrive(sequence, _context);
        Assert.Equal(level, policy.Serve(sequence, 4, _context).Level);
    }

    [Fact]
    public void A_demoted_sequence_goes_behind_those_in_its_new_queue_and_in_the_release_before_them()
    {
        var context = new SchedulingContext(_context.Options) { NowMs = 50 };
        foreach (var options in new[] { new SkipJoinMlfq.Options(), SkipJoinMlfq.Options.AsReleased })
        {
            var policy = new SkipJoinMlfq(options);
            var (demoted, there) = (Sequence(5), Sequence(15, ordinal: 1));
            (demoted.Place, there.Place) = (policy.Arrive(demoted, context), policy.Arrive(there, context));
            demoted.Place = policy.Serve(demoted, 10.5, context);
            Assert.Equal(there.Place.Level, demoted.Place.Level);
            Assert.Equal(options.MovesToFront, policy.Compare(demoted, there) < 0);
        }
    }

    [Fact]
    public void Who_starves_comes_to_the_first_queue_and_who_is_there_keeps_its_place()
    {
        var policy = new SkipJoinMlfq();
        var (low, first) = (Sequence(100), Sequence(5));
        (low.Place, first.Place) = (policy.Arrive(low, _context), policy.Arrive(first, _context));
        Assert.Equal(0, policy.Starve(low, _context).Level);
        Assert.Equal(first.Place, policy.Starve(first, _context));
    }

    [Theory]
    [InlineData(300, 1)]
    [InlineData(300, 50)]
    public void A_long_prompt_is_served_though_short_ones_keep_coming(double starvationMs, int period)
    {
        var begun = FirstServedMs(new SkipJoinMlfq.Options { StarvationMs = starvationMs, StarvationPeriod = period });
        // It starves after 300 ms; the next look is at most `period` steps of 10 ms away, and one step may be running.
        Assert.InRange(begun, starvationMs, starvationMs + 10 * (period + 1));
        Assert.Equal(2000, FirstServedMs(new SkipJoinMlfq.Options { StarvationMs = double.PositiveInfinity }));
    }

    [Fact]
    public void Quanta_that_do_not_grow_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new SkipJoinMlfq(new SkipJoinMlfq.Options { QuantumRatio = 1 })
        );

    /// <summary>When a prompt of 60 tokens is first computed beside a new prompt of one token every 10 ms, up to 2 s.</summary>
    private static double FirstServedMs(SkipJoinMlfq.Options options)
    {
        var scheduler = new Scheduler(
            Drive.Options(blocks: 1000, sequences: 300) with
            {
                MaxBatchSequences = 1,
                Estimate = new TokenTimed(),
                EnablePrefixCaching = false,
            },
            FastServe.System with
            {
                Ordering = new SkipJoinMlfq(options),
            }
        );
        scheduler.Add(Drive.Request("long", 60, 2), 0);
        for (var now = 0.0; now < 2000; now += 10)
        {
            scheduler.Add(Drive.Request($"{now}", 1, 1), now);
            var batch = scheduler.Next(now)!;
            if (batch.Items[0].Sequence.Request.Id == "long")
                return now;
            scheduler.Complete(batch, Drive.Results(batch), now + 10);
        }
        return 2000;
    }

    private static Sequence Sequence(int promptTokens, long ordinal = 0)
    {
        var request = Drive.Request("a", promptTokens, 50);
        return new Sequence(request, 0, ordinal, new RequestTimeline(request, 0), new Sequence[1]);
    }
}
