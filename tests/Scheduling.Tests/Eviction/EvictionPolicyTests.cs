// Owns the order of eviction of every policy, against plain lists of uses.
using Tern.Scheduling.Eviction;

namespace Tern.Scheduling.Tests.Eviction;

public sealed class EvictionPolicyTests
{
    private const int Blocks = 10;

    /// <summary>Each policy, and what it evicts given every block's uses (times, oldest first): who has the smallest key.</summary>
    private static readonly Dictionary<string, (IEvictionPolicy Policy, Func<List<long>, (long, long)> Key)> _policies =
        new()
        {
            ["lru"] = (new Lru(Blocks), uses => (0, uses[^1])),
            ["lfu"] = (new Lfu(Blocks), uses => (uses.Count, uses[^1])),
            ["lru-1"] = (new LruK(Blocks, 1), uses => (0, uses[^1])),
            ["lru-2"] = (new LruK(Blocks), uses => (uses.Count < 2 ? 0 : uses[^2], uses[^1])),
            ["lru-3"] = (new LruK(Blocks, 3), uses => (uses.Count < 3 ? 0 : uses[^3], uses[^1])),
        };

    public static TheoryData<string> Names => [.. _policies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_evicts_like_plain_lists_of_uses(string name)
    {
        var (policy, key) = _policies[name];
        var uses = Enumerable.Range(0, Blocks).Select(_ => new List<long>()).ToArray();
        var evictable = new HashSet<int>();
        var random = new Random(3);
        for (var now = 1; now <= 20_000; now++)
        {
            var block = random.Next(Blocks);
            if (evictable.Count > 0 && random.Next(4) == 0)
            {
                var expected = evictable.MinBy(b => key(uses[b]));
                Assert.Equal(expected, policy.Evict());
                evictable.Remove(expected);
                policy.Renew(expected);
                uses[expected].Clear();
            }
            else if (evictable.Remove(block))
            {
                policy.Remove(block);
            }
            else
            {
                uses[block].Add(now);
                policy.Add(block);
                evictable.Add(block);
            }
            Assert.Equal(evictable.Count, policy.Count);
            Assert.Equal(evictable.Contains(block), policy.Contains(block));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_not_so_cannot_be_undone(string name)
    {
        var policy = Fresh(name);
        Assert.Throws<InvalidOperationException>(() => policy.Evict());
        Assert.Throws<InvalidOperationException>(() => policy.Remove(0));
        policy.Add(0);
        Assert.Throws<InvalidOperationException>(() => policy.Add(0));
        Assert.Equal(1, policy.Count);
    }

    [Fact]
    public void A_prompt_seen_once_does_not_drive_out_what_is_shared()
    {
        var policy = new LruK(Blocks);
        foreach (var block in new[] { 0, 1, 0, 1 })
        {
            if (policy.Contains(block))
                policy.Remove(block);
            policy.Add(block);
        }
        for (var once = 2; once < Blocks; once++)
            policy.Add(once);
        for (var once = 2; once < Blocks; once++)
            Assert.Equal(once, policy.Evict());
        Assert.Equal(0, policy.Evict());
    }

    private static IEvictionPolicy Fresh(string name) =>
        name switch
        {
            "lru" => new Lru(2),
            "lfu" => new Lfu(2),
            _ => new LruK(2, name[^1] - '0'),
        };
}
