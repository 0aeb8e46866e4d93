// Owns the tests of choosing a token.
using System.Globalization;
using Tern.Engine.Sampling;
using Tern.Kernels.Cpu;

namespace Tern.Engine.Tests.Sampling;

public class SamplerTests
{
    private const int Vocabulary = 203;

    private static Sampler NewSampler(int vocabulary = Vocabulary) => new(vocabulary, _ => "x"u8);

    private static float[] RandomLogits(int seed, int count = Vocabulary, float spread = 3)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() + random.NextDouble() - 1) * spread),
        ];
    }

    private static TokenChoice Choose(
        float[] logits,
        SamplingParams parameters,
        int[]? prompt = null,
        int[]? answer = null,
        ulong seed = 1,
        int index = 0,
        int[]? endTokens = null,
        Sampler? sampler = null
    ) =>
        (sampler ?? NewSampler(logits.Length)).Sample(
            logits,
            new SamplingContext
            {
                Parameters = parameters,
                History = [.. prompt ?? [0], .. answer ?? []],
                PromptLength = (prompt ?? [0]).Length,
                Seed = seed,
                AnswerIndex = index,
                EndTokens = endTokens,
            }
        );

    private static Dictionary<int, int> Histogram(float[] logits, SamplingParams parameters, int draws)
    {
        var sampler = NewSampler(logits.Length);
        var counts = new Dictionary<int, int>();
        for (int i = 0; i < draws; i++)
        {
            int token = Choose(logits, parameters, seed: (ulong)i, sampler: sampler).Token;
            counts[token] = counts.GetValueOrDefault(token) + 1;
        }
        return counts;
    }

    [Fact]
    public void Greedy_takes_the_largest_logit_and_the_lowest_id_among_equals()
    {
        var greedy = new SamplingParams { Temperature = 0 };
        for (int seed = 0; seed < 200; seed++)
        {
            var logits = RandomLogits(seed);
            int first = seed % 100;
            logits[first] = logits[first + 37] = logits[first + 101] = 9;
            Assert.Equal(first, Choose(logits, greedy).Token);
        }
    }

    private static readonly string[] Cases =
    [
        "",
        "k=1",
        "k=7",
        "k=500",
        "p=0.1",
        "p=0.9",
        "p=0",
        "m=0.05",
        "m=1",
        "t=0.3",
        "t=0.9",
        "k=50 t=0.9 p=0.8 m=0.02",
        "t=0.5 p=0.5",
        "p=0.95 m=0.1 T=0.5",
        "T=5 p=0.7",
    ];

    public static TheoryData<string> Truncations => [.. Cases];

    private static SamplingParams Parse(string text)
    {
        var p = new SamplingParams();
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            float value = float.Parse(part[2..], CultureInfo.InvariantCulture);
            p = part[0] switch
            {
                'k' => p with { TopK = (int)value },
                'p' => p with { TopP = value },
                'm' => p with { MinP = value },
                't' => p with { TypicalP = value },
                _ => p with { Temperature = value },
            };
        }
        return p;
    }

    [Theory]
    [MemberData(nameof(Truncations))]
    public void Draws_follow_the_distribution_that_sorting_everything_gives(string text)
    {
        const int Draws = 2000;
        var parameters = Parse(text);
        for (int seed = 0; seed < 2; seed++)
        {
            var logits = RandomLogits(seed, spread: 4 + seed);
            var expected = NaiveSampler.Distribution(logits, parameters);
            var counts = Histogram(logits, parameters, Draws);
            Assert.All(counts.Keys, token => Assert.True(expected.ContainsKey(token), $"token {token} is truncated"));
            foreach (var (token, probability) in expected)
            {
                double error = Math.Sqrt(Draws * probability * (1 - probability));
                Assert.InRange(
                    counts.GetValueOrDefault(token),
                    Draws * probability - 5.5 * error - 1e-6,
                    Draws * probability + 5.5 * error + 4
                );
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(202)]
    public void Top_k_keeps_lower_ids_among_equal_logits(int k)
    {
        var candidates = new Candidates(Vocabulary);
        for (int seed = 0; seed < 50; seed++)
        {
            float[] logits = [.. RandomLogits(seed).Select(x => MathF.Round(x))];
            candidates.SelectTop(logits, k);
            var expected = Enumerable.Range(0, Vocabulary).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(k);
            Assert.Equal(expected, candidates.Items.ToArray().Select(c => c.Id));
        }
    }

    [Fact]
    public void A_draw_depends_on_seed_answer_and_position_only()
    {
        var logits = RandomLogits(5);
        var p = new SamplingParams();
        var shared = NewSampler();
        var seen = new HashSet<int>();
        for (int i = 0; i < 50; i++)
        {
            Choose(RandomLogits(i), p, seed: (ulong)i, sampler: shared);
            int token = Choose(logits, p, seed: 7, index: i % 5, answer: new int[i / 5], sampler: shared).Token;
            Assert.Equal(token, Choose(logits, p, seed: 7, index: i % 5, answer: new int[i / 5]).Token);
            seen.Add(token);
        }
        Assert.True(seen.Count > 10, "different answers and positions draw different numbers");
    }

    [Fact]
    public void Random_numbers_are_spread_evenly_over_seeds_answers_and_positions()
    {
        foreach (int axis in new[] { 0, 1, 2 })
        {
            var bins = new int[16];
            for (int i = 0; i < 16000; i++)
                bins[
                    (int)(16 * RandomStream.Uniform(axis == 0 ? (ulong)i : 3, axis == 1 ? i : 0, axis == 2 ? i : 0))
                ]++;
            Assert.All(bins, count => Assert.InRange(count, 850, 1150));
        }
    }

    [Fact]
    public void Repetition_penalty_divides_positive_and_multiplies_negative_logits_of_prompt_and_answer_once()
    {
        float[] logits = [4, 3, -1, -1.4f];
        var p = new SamplingParams { Temperature = 0, RepetitionPenalty = 1.5f };
        Assert.Equal(1, Choose(logits, p, prompt: [0, 0]).Token);
        Assert.Equal(0, Choose(logits, p, prompt: [0], answer: [1]).Token);
        Assert.Equal(3, Choose([-9, -9, -1, -1.4f], p, prompt: [2]).Token);
    }

    [Fact]
    public void Frequency_counts_and_presence_does_not_and_neither_sees_the_prompt()
    {
        float[] logits = [2, 1.2f, 0, 0];
        var frequency = new SamplingParams { Temperature = 0, FrequencyPenalty = 0.5f };
        Assert.Equal(0, Choose(logits, frequency, prompt: [0, 0, 0, 0]).Token);
        Assert.Equal(0, Choose(logits, frequency, answer: [0]).Token);
        Assert.Equal(1, Choose(logits, frequency, answer: [0, 0]).Token);
        var presence = new SamplingParams { Temperature = 0, PresencePenalty = 0.7f };
        Assert.Equal(0, Choose(logits, presence, answer: [0, 0, 0, 0]).Token);
        Assert.Equal(1, Choose(logits, presence with { PresencePenalty = 0.9f }, answer: [0]).Token);
    }

    [Fact]
    public void Penalties_leave_no_trace_for_the_next_row()
    {
        var logits = RandomLogits(1);
        var sampler = NewSampler();
        var greedy = new SamplingParams { Temperature = 0 };
        int best = Choose(logits, greedy).Token;
        var heavy = greedy with { RepetitionPenalty = 50, FrequencyPenalty = 2, PresencePenalty = 2, Dry = new() };
        Choose(logits, heavy, prompt: [best, best, 1, 2, best, best], answer: [best, 3, best], sampler: sampler);
        var mild = greedy with { FrequencyPenalty = 1e-6f, Dry = new() };
        Assert.Equal(best, Choose(logits, mild, prompt: [5], answer: [6], sampler: sampler).Token);
    }

    [Fact]
    public void Logit_bias_forces_and_forbids()
    {
        var logits = RandomLogits(2);
        var p = new SamplingParams { LogitBias = new Dictionary<int, float> { [17] = 100 } };
        Assert.Equal(17, Choose(logits, p).Token);
        int best = Choose(logits, new SamplingParams { Temperature = 0 }).Token;
        p = new SamplingParams
        {
            Temperature = 0,
            LogitBias = new Dictionary<int, float> { [best] = -100 },
        };
        Assert.NotEqual(best, Choose(logits, p).Token);
    }

    [Fact]
    public void End_tokens_are_masked_until_the_minimum_is_reached()
    {
        float[] logits = [0, 5, 4, 1];
        var p = new SamplingParams { Temperature = 0, MinTokens = 2 };
        Assert.Equal(3, Choose(logits, p, answer: [3], endTokens: [1, 2]).Token);
        Assert.Equal(1, Choose(logits, p, answer: [3, 3], endTokens: [1, 2]).Token);
    }

    [Fact]
    public void Log_probabilities_come_from_raw_logits()
    {
        var logits = RandomLogits(3);
        double logSum = Math.Log(logits.Sum(x => Math.Exp(x)));
        var p = new SamplingParams
        {
            Temperature = 0.1f,
            TopK = 1,
            Logprobs = 5,
            LogitBias = new Dictionary<int, float> { [11] = 100 },
        };
        var logprob = Choose(logits, p).Logprob!;
        Assert.Equal(11, logprob.Token);
        Assert.Equal(logits[11] - logSum, logprob.Logprob, 1e-4);
        var expected = Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).Take(5).ToArray();
        Assert.Equal(expected, logprob.Top.Select(x => x.Token));
        Assert.All(logprob.Top, x => Assert.Equal(logits[x.Token] - logSum, x.Logprob, 1e-4));
        Assert.Empty(Choose(logits, p with { Logprobs = 0 }).Logprob!.Top);
        Assert.Null(Choose(logits, p with { Logprobs = null }).Logprob);
    }

    [Fact]
    public void Log_probabilities_have_the_bits_that_training_computes()
    {
        using var fast = new CpuBackend(2);
        foreach (int vocabulary in new[] { 1, 15, 16, 203 })
        {
            var logits = RandomLogits(vocabulary, vocabulary, 20);
            var sampler = NewSampler(vocabulary);
            for (ulong seed = 0; seed < 20; seed++)
            {
                var p = new SamplingParams
                {
                    Temperature = 5,
                    TopP = 0.9f,
                    Logprobs = 0,
                };
                var logprob = Choose(logits, p, seed: seed, sampler: sampler).Logprob!;
                var result = new float[1];
                fast.LogProbabilities(logits, [logprob.Token], result, new double[1], []);
                Assert.Equal(logprob.Logprob, result[0]);
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Logits_that_are_not_finite_are_an_error_wherever_they_are(float bad)
    {
        foreach (int position in new[] { 0, 15, 100, Vocabulary - 1 })
        {
            var logits = RandomLogits(4);
            logits[position] = bad;
            Assert.Throws<SamplingException>(() => Choose(logits, new SamplingParams { Temperature = 0 }));
            Assert.Throws<SamplingException>(() => Choose(logits, new SamplingParams()));
        }
    }

    [Fact]
    public void Extreme_but_finite_logits_and_temperatures_still_give_a_token()
    {
        var logits = RandomLogits(6);
        logits[9] = 3e38f;
        logits[10] = -3e38f;
        foreach (float temperature in new[] { 0, 1e-20f, 1e-5f, 1, 100 })
            Assert.Equal(9, Choose(logits, new SamplingParams { Temperature = temperature, TopP = 0.9f }).Token);
    }

    [Fact]
    public void Padding_beyond_the_vocabulary_is_never_chosen()
    {
        var logits = RandomLogits(7, count: 64);
        logits[60] = 50;
        Assert.InRange(Choose(logits, new SamplingParams { Temperature = 0 }, sampler: NewSampler(50)).Token, 0, 49);
    }

    [Fact]
    public void Sampling_allocates_nothing()
    {
        var sampler = NewSampler(5000);
        var logits = RandomLogits(8, count: 5000);
        SamplingParams[] all = [.. Cases.Select(Parse), new() { FrequencyPenalty = 1 }, new() { Temperature = 0 }];
        int[] history = [1, 2, 3, 4, 1, 2];
        void Run()
        {
            foreach (var p in all)
                sampler.Sample(
                    logits,
                    new SamplingContext
                    {
                        Parameters = p,
                        History = history,
                        PromptLength = 3,
                        Seed = 1,
                        AnswerIndex = 0,
                    }
                );
        }
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
