// Owns what the unified KV pool must be: never over capacity, nothing leaked, every token counted where it lies.
using Tern.Scheduling.Partitioning.ElasticInstances;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class ElasticPoolTests
{
    [Fact]
    public void The_pool_counts_like_a_plain_table_through_random_operations()
    {
        var random = new Random(1);
        for (var run = 0; run < 200; run++)
        {
            var (instances, slots) = (random.Next(1, 6), random.Next(1, 40));
            var pool = new ElasticPool(instances, slots);
            var table = new int[8, instances];
            var placements = Enumerable.Range(0, 8).Select(_ => pool.Place()).ToArray();
            for (var step = 0; step < 200; step++)
            {
                var (who, from, to) = (random.Next(8), random.Next(instances), random.Next(instances));
                var tokens = random.Next(0, 12);
                var free = slots - Enumerable.Range(0, 8).Sum(p => table[p, to]);
                switch (random.Next(3))
                {
                    case 0 when tokens > free:
                        Assert.Throws<InvalidOperationException>(() => pool.Take(placements[who], to, tokens));
                        break;
                    case 0:
                        pool.Take(placements[who], to, tokens);
                        table[who, to] += tokens;
                        break;
                    case 1 when tokens > table[who, from] || tokens > free:
                        Assert.Throws<InvalidOperationException>(() => pool.Move(placements[who], from, to, tokens));
                        break;
                    case 1:
                        pool.Move(placements[who], from, to, tokens);
                        table[who, from] -= tokens;
                        table[who, to] += tokens;
                        break;
                    default:
                        pool.Release(placements[who]);
                        for (var i = 0; i < instances; i++)
                            table[who, i] = 0;
                        break;
                }
                for (var i = 0; i < instances; i++)
                {
                    Assert.Equal(Enumerable.Range(0, 8).Sum(p => table[p, i]), pool.Used[i]);
                    Assert.InRange(pool.Used[i], 0, slots);
                    for (var p = 0; p < 8; p++)
                        Assert.Equal(table[p, i], placements[p].Tokens[i]);
                }
            }
            foreach (var placement in placements)
                pool.Release(placement);
            Assert.Equal(0, pool.UsedTotal);
        }
    }

    [Fact]
    public void A_sequence_fits_where_no_instance_alone_has_room()
    {
        // The paper's fragmentation example (Fig. 4): three instances with two free slots each hold a sequence of six.
        var pool = new ElasticPool(3, 6);
        var (others, sequence) = (pool.Place(), pool.Place());
        for (var i = 0; i < 3; i++)
            pool.Take(others, i, 4);
        for (var i = 0; i < 3; i++)
            pool.Take(sequence, i, 2);
        Assert.Equal((6, 18L), (sequence.Total, pool.UsedTotal));
    }
}
