// Owns what throttled steps are: a part of the prefill that waits, less as blocks run out, and never a standstill.
using Tern.Scheduling.Batching;

namespace Tern.Scheduling.Tests.Batching;

public sealed class TokenThrottlingTests
{
    [Fact]
    public void A_step_takes_an_eighth_of_the_prefill_that_waits()
    {
        var scheduler = Throttled(blocks: 1000, batchTokens: 2048);
        scheduler.Add(Drive.Request("a", 480, 4), 0);
        scheduler.Add(Drive.Request("b", 480, 4), 0);
        Assert.Equal("a.0[0+120]", Drive.Describe(Drive.Step(scheduler)));
        Assert.Equal("a.0[120+105]", Drive.Describe(Drive.Step(scheduler)));
    }

    [Fact]
    public void Little_prefill_is_not_cut_into_crumbs()
    {
        var scheduler = Throttled(blocks: 1000, batchTokens: 2048);
        scheduler.Add(Drive.Request("a", 20, 4), 0);
        scheduler.Add(Drive.Request("b", 20, 4), 0);
        Assert.Equal("a.0[0+20!] b.0[0+12]", Drive.Describe(Drive.Step(scheduler)));
        Assert.Equal("a.0[20+1!] b.0[12+8!]", Drive.Describe(Drive.Step(scheduler)));
    }

    [Fact]
    public void Prefill_falls_with_the_free_blocks_and_begun_prompts_go_on()
    {
        var scheduler = Throttled(blocks: 100, batchTokens: 640);
        scheduler.Add(Drive.Request("a", 200, 4), 0);
        // All blocks are free, so nothing but the share of what waits is the limit.
        Assert.Equal(32, Drive.Step(scheduler).TokenCount);
        scheduler.Add(Drive.Request("b", 184, 4), 0);
        // "a" holds 50 blocks, "b" fits beside it, but the reserve of 5 would be gone with it.
        while (scheduler.Stats.Running < 2)
            Drive.Step(scheduler);
        scheduler.Add(Drive.Request("c", 8, 4), 0);
        var step = Drive.Step(scheduler);
        Assert.DoesNotContain("c.0", Drive.Describe(step), StringComparison.Ordinal);
        Assert.True(step.TokenCount > 0, "who has blocks stands still");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void However_tight_the_memory_everybody_is_served(int depth)
    {
        var random = new Random(1);
        for (var run = 0; run < 30; run++)
        {
            var scheduler = Throttled(blocks: 30, batchTokens: 64, depth);
            for (var i = 0; i < 20; i++)
                scheduler.Add(Drive.Request($"{i}", random.Next(1, 90), random.Next(1, 29)), 0);
            Drive.RunToEnd(scheduler);
            Assert.Equal(0, scheduler.HeldBlocks);
        }
    }

    private static Scheduler Throttled(int blocks, int batchTokens, int depth = 1) =>
        new(
            Drive.Options(blocks, batchTokens: batchTokens) with
            {
                EnablePrefixCaching = false,
                PipelineDepth = depth,
            },
            new ServingSystem
            {
                Name = "throttled",
                Source = "a test",
                Batching = new TokenThrottling(),
            }
        );
}
