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
    public void A_ledger_may_hold_whatever_others_do_not()
    {
        var pool = new SharedBlocks(1000, [100, 30]);
        Assert.Equal(10, pool.LimitOf(0));
        Assert.Equal(33, pool.LimitOf(1));
        pool.Report(0, 6);
        Assert.Equal(10, pool.LimitOf(0));
        Assert.Equal(13, pool.LimitOf(1)); // 400 blocks
        pool.Report(1, 13);
        Assert.Equal(6, pool.LimitOf(0)); // its own and 10 blocks more, which make no group
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Report(1, 14));
        pool.Report(0, 0);
        Assert.Equal(390, pool.Held);
    }
}
