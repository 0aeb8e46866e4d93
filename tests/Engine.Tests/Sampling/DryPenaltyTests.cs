// Owns the tests of the DRY penalty.
using Tern.Engine.Sampling;

namespace Tern.Engine.Tests.Sampling;

public class DryPenaltyTests
{
    private const int Breaker = 9;

    private static float[] Apply(DryOptions options, int[] history)
    {
        var logits = new float[10];
        new DryPenalty(10, token => token == Breaker ? "a:"u8 : "b"u8).Apply(options, history, logits);
        return logits;
    }

    [Fact]
    public void A_token_that_would_extend_a_repetition_pays_by_its_length()
    {
        var logits = Apply(new DryOptions { Multiplier = 1, Base = 2 }, [1, 2, 3, 4, 7, 1, 2, 3]);
        Assert.Equal([0, 0, 0, 0, -2, 0, 0, 0, 0, 0], logits);
    }

    [Fact]
    public void Short_repetitions_are_free()
    {
        Assert.All(Apply(new DryOptions(), [1, 2, 3, 1]), x => Assert.Equal(0, x));
        Assert.Equal(-0.8f, Apply(new DryOptions(), [1, 2, 3, 1, 2])[3]);
    }

    [Fact]
    public void A_sequence_breaker_ends_the_search()
    {
        Assert.All(Apply(new DryOptions(), [1, 2, Breaker, 3, 7, 1, 2, Breaker]), x => Assert.Equal(0, x));
        Assert.All(Apply(new DryOptions(), [1, 2, Breaker, 5, 7, 1, 2, Breaker, 5]), x => Assert.Equal(0, x));
    }

    [Fact]
    public void Only_the_last_tokens_are_searched_when_so_asked()
    {
        int[] history = [1, 2, 3, 4, 4, 4, 8, 1, 2];
        Assert.NotEqual(0, Apply(new DryOptions(), history)[3]);
        Assert.Equal(0, Apply(new DryOptions { PenaltyLastN = 8 }, history)[3]);
        Assert.All(Apply(new DryOptions { PenaltyLastN = 0 }, history), x => Assert.Equal(0, x));
    }

    [Fact]
    public void The_longest_repetition_counts_as_the_naive_search_finds_it()
    {
        var random = new Random(1);
        var options = new DryOptions
        {
            Multiplier = 0.5f,
            Base = 1.5f,
            AllowedLength = 1,
        };
        for (int round = 0; round < 300; round++)
        {
            var history = new int[random.Next(1, 30)];
            for (int i = 0; i < history.Length; i++)
                history[i] = random.Next(4) is 0 ? Breaker - random.Next(3) : random.Next(2);
            Assert.Equal(Naive(options, history), Apply(options, history));
        }
    }

    private static float[] Naive(DryOptions options, int[] history)
    {
        var longest = new int[10];
        for (int end = 1; end < history.Length; end++)
        {
            int length = 0;
            while (
                length < end && history[end - 1 - length] == history[^(1 + length)] && history[^(1 + length)] != Breaker
            )
                length++;
            longest[history[end]] = Math.Max(longest[history[end]], length);
        }
        return
        [
            .. longest.Select(length =>
                length >= Math.Max(1, options.AllowedLength)
                    ? -options.Multiplier * MathF.Pow(options.Base, length - options.AllowedLength)
                    : 0
            ),
        ];
    }
}
