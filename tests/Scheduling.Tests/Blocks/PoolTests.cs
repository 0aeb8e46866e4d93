// Owns the tests that blocks taken or released together are those that one after the other would be.
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Eviction;

namespace Tern.Scheduling.Tests.Blocks;

public sealed class PoolTests
{
    private const int Count = 24;
    private const int Size = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_taken_and_released_together_are_those_of_single_calls(bool caching)
    {
        var random = new Random(7);
        var (together, single) = (Pool(caching), Pool(caching));
        var held = new List<int[]>();
        var (node, evicted) = (0ul, 0);
        for (var step = 0; step < 2000; step++)
        {
            if (random.Next(2) == 0 && together.Available > 0)
            {
                var blocks = new int[random.Next(1, together.Available + 1)];
                evicted += Math.Max(0, blocks.Length - (together.Available - together.Cached));
                together.Take(blocks);
                Assert.Equal(blocks.Select(_ => single.Take()).ToArray(), blocks);
                held.Add(blocks);
                // Some are published, so that they become cached, and some have a second holder.
                for (var i = 0; i < blocks.Length; i++)
                {
                    if (caching && random.Next(2) == 0)
                    {
                        together.Publish(blocks[i], ++node, 0, null, [(int)node, 0]);
                        single.Publish(blocks[i], node, 0, null, [(int)node, 0]);
                    }
                    if (random.Next(4) != 0)
                        continue;
                    together.Hold(blocks[i]);
                    single.Hold(blocks[i]);
                    held.Add([blocks[i]]);
                }
            }
            else if (held.Count > 0)
            {
                var blocks = held[random.Next(held.Count)];
                held.Remove(blocks);
                together.Release(blocks);
                for (var i = blocks.Length - 1; i >= 0; i--)
                    single.Release(blocks[i]);
            }
            Assert.Equal((single.Available, single.Cached), (together.Available, together.Cached));
            for (var block = 0; block < Count; block++)
                Assert.Equal(single.HoldersOf(block), together.HoldersOf(block));
        }
        Assert.Equal(caching, evicted > 20);
    }

    [Fact]
    public void Releasing_blocks_that_nobody_holds_is_refused()
    {
        var pool = Pool(caching: false);
        var blocks = new int[3];
        pool.Take(blocks);
        pool.Release(blocks);
        Assert.Throws<InvalidOperationException>(() => pool.Release(blocks));
    }

    [Fact]
    public void Host_blocks_released_last_are_taken_first_in_their_order()
    {
        var pool = new HostPool(6);
        var (first, second) = (new int[2], new int[3]);
        pool.Take(first);
        pool.Take(second);
        Assert.Equal([0, 1], first);
        Assert.Equal([2, 3, 4], second);
        pool.Release(second);
        pool.Release(first);
        var again = new int[5];
        pool.Take(again);
        Assert.Equal([0, 1, 2, 3, 4], again);
        Assert.Equal(1, pool.Available);
    }

    private static BlockPool Pool(bool caching) => new(Count, Size, caching, count => new Lru(count));
}
