// Owns the arithmetic of head-wise blocks and the limits of ledgers that share them.
using Tern.Scheduling.Blocks;

namespace Tern.Scheduling.Tests.Blocks;

public sealed class SharedBlocksTests
{
    [Fact]
    public void A_group_is_every_layers_and_heads_keys_and_values()
    {
        var blocks = new HeadwiseBlocks(128);
        Assert.Equal(2 * 32 * 32, blocks.GroupOf("7b", 32, 32, 128));
        // A group of 16 tokens has the bytes of 16 tokens: 0.5 MiB each for 32 layers of 4096 elements, keys and values, 2 bytes.
        Assert.Equal(16 * 524288.0, blocks.GroupOf("7b", 32, 32, 128) * blocks.BlockBytes);
        Assert.Equal(10, blocks.CountIn(10.5 * 4096));
        var odd = Assert.Throws<ArgumentException>(() => blocks.GroupOf("odd", 32, 32, 64));
        Assert.Contains("'odd'", odd.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.CountIn(4095));
    }

    [Fact]
    public void A_ledger_may_hold_its_quota_but_never_what_others_hold()
    {
        var pool = new SharedBlocks(1000, [100, 10]);
        Assert.Equal(6, pool.LimitOf(0, 600));
        Assert.Equal(40, pool.LimitOf(1, 400));
        pool.Report(0, 6);
        // The second's quota grows and the first's shrinks, but the first still holds 600.
        Assert.Equal(5, pool.LimitOf(0, 500));
        Assert.Equal(40, pool.LimitOf(1, 500));
        pool.Report(0, 5);
        Assert.Equal(50, pool.LimitOf(1, 500));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Report(1, 51));
        Assert.Equal(500, pool.Held);
    }
}
