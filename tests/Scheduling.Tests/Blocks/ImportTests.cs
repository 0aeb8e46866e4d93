// Owns what becomes of keys and values that are brought into a cache from elsewhere.
namespace Tern.Scheduling.Tests.Blocks;

public sealed class ImportTests
{
    private static readonly Request _request = new()
    {
        Id = "r",
        Prompt = Enumerable.Range(0, 50).ToArray(),
        MaxNewTokens = 1,
    };

    [Fact]
    public void What_was_imported_is_found_by_the_next_request_and_held_by_nobody()
    {
        var scheduler = Scheduler(blocks: 20);
        Assert.Equal(32, scheduler.Import(_request, 39));
        Assert.Equal(32, scheduler.CachedTokens(_request));
        Assert.Equal((0, 4), (scheduler.HeldBlocks, scheduler.Stats.CachedBlocks));
        var sequence = scheduler.Add(_request, 0)[0];
        var batch = scheduler.Next(0)!;
        Assert.Equal(32, sequence.Timeline.CachedTokens);
        Assert.Equal(32, batch.Items[0].First);
    }

    [Fact]
    public void Importing_again_or_more_adds_only_what_is_missing()
    {
        var scheduler = Scheduler(blocks: 20);
        scheduler.Import(_request, 16);
        Assert.Equal(48, scheduler.Import(_request, 50));
        Assert.Equal(48, scheduler.Import(_request, 50));
        Assert.Equal(6, scheduler.Stats.CachedBlocks);
    }

    [Fact]
    public void What_is_forgotten_is_found_no_more_and_its_blocks_are_free()
    {
        var scheduler = Scheduler(blocks: 20);
        scheduler.Import(_request, 50);
        scheduler.ForgetPrefixes();
        Assert.Equal((0, 0), (scheduler.CachedTokens(_request), scheduler.Stats.CachedBlocks));
        Assert.Equal(48, scheduler.Import(_request, 50));
        Assert.Equal(6, scheduler.Stats.CachedBlocks);
        scheduler.Add(_request, 0);
        Assert.Throws<InvalidOperationException>(scheduler.ForgetPrefixes);
        Assert.Equal(48, scheduler.CachedTokens(_request));
    }

    [Fact]
    public void Where_blocks_are_short_the_beginning_is_kept()
    {
        var scheduler = Scheduler(blocks: 20);
        var other = _request with { Id = "other", Prompt = Enumerable.Range(100, 120).ToArray() };
        scheduler.Add(other, 0);
        scheduler.Next(0); // holds 15 blocks of 8 tokens
        Assert.Equal(40, scheduler.Import(_request, 50));
        Assert.Equal(40, scheduler.CachedTokens(_request));
    }

    [Fact]
    public void Other_tenants_do_not_see_it()
    {
        var scheduler = Scheduler(blocks: 20);
        scheduler.Import(_request, 50);
        Assert.Equal(0, scheduler.CachedTokens(_request with { CacheSalt = "other" }));
    }

    [Fact]
    public void Without_prefix_caching_nothing_is_kept()
    {
        var scheduler = new Scheduler(new SchedulerOptions { BlockCount = 20, EnablePrefixCaching = false });
        Assert.Equal(0, scheduler.Import(_request, 50));
    }

    private static Scheduler Scheduler(int blocks) => new(new SchedulerOptions { BlockCount = blocks, BlockSize = 8 });
}
