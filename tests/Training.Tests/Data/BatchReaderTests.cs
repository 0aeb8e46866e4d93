// The order of the data, and that a run finds its place in it again.
using Tern.Training.Data;

namespace Tern.Training.Tests.Data;

public sealed class BatchReaderTests
{
    [Fact]
    public void Every_epoch_visits_everything_once()
    {
        foreach (long count in (long[])[1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 1000, 4097])
        {
            foreach (ulong seed in (ulong[])[0, 1, ulong.MaxValue])
            {
                for (long epoch = 0; epoch < 3; epoch++)
                {
                    var order = new Permutation(count, seed, epoch);
                    var visited = Enumerable.Range(0, (int)count).Select(i => order[i]).Order();
                    Assert.True(visited.SequenceEqual(Enumerable.Range(0, (int)count).Select(i => (long)i)));
                }
            }
        }
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own_that_stay()
    {
        long[] Order(ulong seed, long epoch)
        {
            var order = new Permutation(100, seed, epoch);
            return [.. Enumerable.Range(0, 100).Select(i => order[i])];
        }
        long[][] orders = [Order(1, 0), Order(1, 1), Order(1, 2), Order(2, 0), Order(2, 1)];
        Assert.Equal(orders.Length, orders.Select(order => string.Join(',', order)).Distinct().Count());
        Assert.Equal(orders[1], Order(1, 1));
        // No order leaves most of the data where it is.
        Assert.All(orders, order => Assert.InRange(order.Where((at, i) => at == i).Count(), 0, 10));
    }

    [Fact]
    public void Batches_are_filled_with_whole_sequences_up_to_their_tokens()
    {
        var reader = new BatchReader(new Numbers([3, 4, 5, 2, 30, 1, 1]), seed: 1, batchTokens: 10);
        var dealt = new List<int>();
        while (reader.Position < 7 * 20)
        {
            var batch = reader.Next();
            int tokens = batch.Sum(example => example.Tokens.Length);
            Assert.True(tokens <= 10 || batch.Count == 1, $"{tokens} tokens in {batch.Count} sequences");
            dealt.AddRange(batch.Select(example => example.Tokens[0]));
        }
        Assert.Equal(reader.Position, dealt.Count);
        foreach (int[] epoch in dealt.Chunk(7).Where(chunk => chunk.Length == 7))
            Assert.Equal([0, 1, 2, 3, 4, 5, 6], epoch.Order());
        // A sequence goes to the next batch only because this one has no room for it.
        var again = new BatchReader(new Numbers([3, 4, 5, 2, 30, 1, 1]), seed: 1, batchTokens: 10);
        var before = again.Next();
        for (int i = 0; i < 30; i++)
        {
            var next = again.Next();
            Assert.True(before.Sum(e => e.Tokens.Length) + next[0].Tokens.Length > 10);
            before = next;
        }
    }

    [Fact]
    public void A_reader_goes_on_exactly_where_another_was()
    {
        foreach (long count in (long[])[13, long.MaxValue])
        {
            var source = new Numbers([.. Enumerable.Range(1, 13)], count);
            var reader = new BatchReader(source, seed: 3, batchTokens: 16);
            for (int i = 0; i < 20; i++)
            {
                var other = new BatchReader(source, seed: 3, batchTokens: 16);
                other.Next();
                other.Seek(reader.Position);
                Assert.Equal(Ids(reader.Next()), Ids(other.Next()));
                Assert.Equal(reader.Position, other.Position);
            }
            Assert.Equal(count == 13 ? reader.Position / 13.0 : 0, reader.Epochs);
        }

        static int[] Ids(IReadOnlyList<TrainingExample> batch) => [.. batch.Select(example => example.Tokens[0])];
    }

    [Fact]
    public void Validation_and_training_share_nothing_and_leave_nothing_out()
    {
        foreach (int count in (int[])[2, 3, 7, 10, 64])
        {
            foreach (long period in (long[])[2, 3, 5, 64])
            {
                var all = new Numbers([.. Enumerable.Repeat(1, count)]);
                var kept = new ExampleRange(all, period, isValidation: true);
                var learned = new ExampleRange(all, period, isValidation: false);
                int[] both = [.. Ids(kept), .. Ids(learned)];
                Assert.Equal(Enumerable.Range(0, count), both.Order());
            }
        }

        static IEnumerable<int> Ids(ExampleRange range) =>
            Enumerable.Range(0, (int)range.Count).Select(i => range.Read(i).Tokens[0]);
    }

    /// <summary>Sequences that begin with their number and have given lengths.</summary>
    private sealed class Numbers(int[] lengths, long count = 0) : IExampleSource
    {
        public long Count => count > 0 ? count : lengths.Length;

        public TrainingExample Read(long index)
        {
            int length = lengths[index % lengths.Length];
            int[] tokens = [.. Enumerable.Repeat((int)index, length)];
            return new TrainingExample(tokens, new bool[length]);
        }
    }
}
