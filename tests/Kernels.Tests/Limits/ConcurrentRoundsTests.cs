// Owns the proof that rounds are done whole, by all threads, one after the other.
using System.Collections.Concurrent;
using Tern.Kernels.Limits;

namespace Tern.Kernels.Tests.Limits;

public sealed class ConcurrentRoundsTests
{
    [Fact]
    public void Every_thread_does_its_part_of_every_round_before_the_next_begins()
    {
        var done = new ConcurrentQueue<(int Kind, int Round, int Thread)>();
        double[] seconds = ConcurrentRounds.Fastest(
            threads: 3,
            kinds: 2,
            rounds: 4,
            (kind, round, thread) => done.Enqueue((kind, round, thread))
        );
        Assert.Equal(2, seconds.Length);
        Assert.All(seconds, time => Assert.True(double.IsFinite(time)));
        var order = done.ToArray();
        Assert.Equal(2 * 4 * 3, order.Length);
        for (int i = 0; i < order.Length; i += 3)
        {
            Assert.All(order[i..(i + 3)], part => Assert.Equal((i / 12, i / 3 % 4), (part.Kind, part.Round)));
            Assert.Equal([0, 1, 2], order[i..(i + 3)].Select(part => part.Thread).Order());
        }
    }

    [Fact]
    public void No_threads_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConcurrentRounds.Fastest(0, 1, 1, (_, _, _) => { }));

    [Fact]
    public void Every_limit_is_a_rate_and_says_how_it_was_measured()
    {
        var reads = ReadBandwidth.Measure(2);
        Assert.True(reads.BytesPerSecond is > 0 and < double.PositiveInfinity);
        Assert.Contains("read stream", reads.Method, StringComparison.Ordinal);
        Assert.True(FloatRate.Measure(2) is > 0 and < double.PositiveInfinity);
        Assert.NotEmpty(TileRate.Measure(1).Note);
    }
}
