// Owns when a decode worker pulls: while little of its own work waits for blocks and there is room.
using Tern.Scheduling.Migration;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Migration;

public sealed class PullAfterPrefillTests
{
    private static readonly PullAfterPrefill _policy = new();

    [Theory]
    // 100 blocks of 4 tokens: below 5 blocks waiting it pulls.
    [InlineData(0, true)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(40, false)]
    public void It_pulls_while_less_than_a_twentieth_of_its_blocks_is_waited_for(int waitingTokens, bool pulls)
    {
        var decode = Worker(WorkerRole.Decode, blocks: 100);
        if (waitingTokens > 0)
            decode.Add(Drive.Request("own", waitingTokens, 4), 0);
        Assert.Equal(pulls, _policy.ShouldPull(decode));
    }

    [Fact]
    public void What_does_not_fit_stays_parked_and_holds_its_blocks()
    {
        var (prefill, decode) = (Worker(WorkerRole.Prefill, blocks: 100), Worker(WorkerRole.Decode, blocks: 8));
        foreach (var id in new[] { "a", "b" })
            prefill.Add(Drive.Request(id, 20, 4), 0);
        Drive.Step(prefill);
        var first = prefill.FirstParked!;
        Assert.True(_policy.ShouldPull(decode));
        var adopted = decode.TryAdopt(first, 0)!;
        decode.Arrive(adopted);
        prefill.HandOver(first);
        var held = prefill.HeldBlocks;
        Assert.True(held > 0);
        // Six of its eight blocks are taken: the second prompt has to wait where it is.
        Assert.Null(decode.TryAdopt(prefill.FirstParked!, 0));
        Assert.Equal((1, held), (prefill.Stats.Parked, prefill.HeldBlocks));
        Drive.RunToEnd(decode);
        Assert.NotNull(decode.TryAdopt(prefill.FirstParked!, 0));
    }

    private static Scheduler Worker(WorkerRole role, int blocks) =>
        new(Drive.Options(blocks) with { Role = role, EnablePrefixCaching = false }, DistServe.System);
}
