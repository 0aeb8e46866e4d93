// Owns the order of eviction, against a plain list.
using Tern.Scheduling.Eviction;

namespace Tern.Scheduling.Tests.Eviction;

public sealed class LruTests
{
    [Fact]
    public void It_evicts_like_a_plain_list_kept_in_order_of_use()
    {
        var (lru, list, random) = (new Lru(10), new List<int>(), new Random(3));
        for (var i = 0; i < 20_000; i++)
        {
            var block = random.Next(10);
            if (list.Count > 0 && random.Next(3) == 0)
            {
                Assert.Equal(list[0], lru.Evict());
                list.RemoveAt(0);
            }
            else if (list.Remove(block))
            {
                lru.Remove(block);
            }
            else
            {
                lru.Add(block);
                list.Add(block);
            }
            Assert.Equal(list.Count, lru.Count);
            Assert.Equal(list.Contains(block), lru.Contains(block));
        }
    }

    [Fact]
    public void What_is_not_so_cannot_be_undone()
    {
        var lru = new Lru(2);
        Assert.Throws<InvalidOperationException>(() => lru.Evict());
        Assert.Throws<InvalidOperationException>(() => lru.Remove(0));
        lru.Add(0);
        Assert.Throws<InvalidOperationException>(() => lru.Add(0));
    }
}
