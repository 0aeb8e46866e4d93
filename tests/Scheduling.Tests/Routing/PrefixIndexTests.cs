// Owns the prefix index against plain lists of what each replica was given.
using Tern.Scheduling.Routing;

namespace Tern.Scheduling.Tests.Routing;

public sealed class PrefixIndexTests
{
    private const int Chunk = PrefixIndex.ChunkTokens;

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 4)]
    [InlineData(4, 12)]
    [InlineData(6, 1)]
    public void It_knows_what_plain_lists_of_the_chunks_given_last_know(int replicas, int capacity)
    {
        var index = new PrefixIndex(Enumerable.Repeat(capacity, replicas).ToArray());
        var held = Enumerable.Range(0, replicas).Select(_ => new List<string>()).ToArray(); // oldest first
        var random = new Random(replicas);
        Span<PrefixHit> hits = stackalloc PrefixHit[replicas];
        for (var i = 0; i < 3000; i++)
        {
            var content = Enumerable.Range(0, random.Next(0, 6)).Select(_ => random.Next(3)).ToArray();
            var request = Ask(content);
            var expected = held.Select(list => Tokens(list, content)).ToArray();
            for (var replica = 0; replica < replicas; replica++)
                Assert.Equal(expected[replica], index.TokensAt(request, replica));
            var found = index.Longest(request, hits);
            Assert.Equal(expected.Count(tokens => tokens > 0), found);
            for (var hit = 0; hit < found; hit++)
            {
                Assert.Equal(expected[hits[hit].Replica], hits[hit].Tokens);
                Assert.True(hit == 0 || hits[hit].Tokens <= hits[hit - 1].Tokens);
            }

            var chosen = random.Next(replicas);
            index.Touch(request, chosen);
            for (var depth = Math.Min(content.Length, capacity); depth > 0; depth--)
            {
                held[chosen].Remove(Key(content, depth));
                held[chosen].Add(Key(content, depth));
                if (held[chosen].Count > capacity)
                    held[chosen].RemoveAt(0);
            }
            Assert.Equal(held[chosen].Count, index.HeldBy(chosen));
        }
    }

    [Fact]
    public void No_more_replicas_are_named_than_asked_for_and_the_longest_prefixes_come_first()
    {
        var index = new PrefixIndex([9, 9, 9]);
        index.Touch(Ask(1), 0);
        index.Touch(Ask(1, 2), 1);
        index.Touch(Ask(1, 2, 3), 2);
        Span<PrefixHit> hits = stackalloc PrefixHit[2];
        Assert.Equal(2, index.Longest(Ask(1, 2, 3, 4), hits));
        Assert.Equal([new PrefixHit(2, 3 * Chunk), new PrefixHit(1, 2 * Chunk)], hits.ToArray());
    }

    [Fact]
    public void Tenants_do_not_share()
    {
        var index = new PrefixIndex([9]);
        index.Touch(Ask(1), 0);
        Assert.Equal(0, index.TokensAt(Ask(1) with { CacheSalt = "other" }, 0));
    }

    private static string Key(int[] content, int depth) => string.Join('.', content.Take(depth));

    private static int Tokens(List<string> list, int[] content)
    {
        var depth = 0;
        while (depth < content.Length && list.Contains(Key(content, depth + 1)))
            depth++;
        return depth * Chunk;
    }

    private static Request Ask(params int[] content) =>
        new()
        {
            Id = "r",
            Prompt = content.SelectMany(id => Enumerable.Repeat(id, Chunk)).Append(7).ToArray(),
            MaxNewTokens = 1,
        };
}
