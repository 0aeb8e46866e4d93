// Owns the tests of refusing sampling parameters.
using Tern.Engine.Sampling;

namespace Tern.Engine.Tests.Sampling;

public class SamplingLimitsTests
{
    private static readonly (string Parameter, SamplingParams Value)[] Bad =
    [
        ("temperature", new() { Temperature = float.NaN }),
        ("temperature", new() { Temperature = -0.1f }),
        ("temperature", new() { Temperature = float.PositiveInfinity }),
        ("top_k", new() { TopK = -1 }),
        ("top_p", new() { TopP = 1.1f }),
        ("top_p", new() { TopP = float.NaN }),
        ("min_p", new() { MinP = -1 }),
        ("typical_p", new() { TypicalP = 2 }),
        ("repetition_penalty", new() { RepetitionPenalty = 0 }),
        ("frequency_penalty", new() { FrequencyPenalty = 2.5f }),
        ("presence_penalty", new() { PresencePenalty = float.NegativeInfinity }),
        ("n", new() { N = 0 }),
        ("n", new() { N = int.MaxValue }),
        ("max_tokens", new() { MaxTokens = 0 }),
        ("min_tokens", new() { MinTokens = -1 }),
        ("min_tokens", new() { MinTokens = 11, MaxTokens = 10 }),
        (
            "min_tokens",
            new()
            {
                MinTokens = 14,
                MaxTokens = 10,
                AnsweredTokens = 3,
            }
        ),
        ("answered_tokens", new() { AnsweredTokens = -1 }),
        ("first_answer", new() { FirstAnswer = -1 }),
        ("top_logprobs", new() { Logprobs = 21 }),
        ("top_logprobs", new() { Logprobs = -1 }),
        ("logit_bias", new() { LogitBias = new Dictionary<int, float> { [100] = 1 } }),
        ("logit_bias", new() { LogitBias = new Dictionary<int, float> { [-1] = 1 } }),
        ("logit_bias", new() { LogitBias = new Dictionary<int, float> { [1] = float.NaN } }),
        ("logit_bias", new() { LogitBias = Enumerable.Range(0, 100_000).ToDictionary(i => i, _ => 0f) }),
        ("stop", new() { Stop = [""] }),
        ("stop", new() { Stop = [null!] }),
        ("stop", new() { Stop = [.. Enumerable.Repeat("x", 10_000)] }),
        ("stop", new() { Stop = [new string('x', 100_000)] }),
        ("stop_token_ids", new() { StopTokenIds = [100] }),
        ("stop_token_ids", new() { StopTokenIds = new int[1000] }),
        ("dry_multiplier", new() { Dry = new() { Multiplier = float.NaN } }),
        ("dry_base", new() { Dry = new() { Base = 0.5f } }),
        ("dry_allowed_length", new() { Dry = new() { AllowedLength = -1 } }),
        ("dry_penalty_last_n", new() { Dry = new() { PenaltyLastN = -2 } }),
        ("dry_sequence_breakers", new() { Dry = new() { SequenceBreakers = [""] } }),
    ];

    public static TheoryData<int> BadCases => [.. Enumerable.Range(0, Bad.Length)];

    [Theory]
    [MemberData(nameof(BadCases))]
    public void A_value_out_of_range_is_refused_by_its_name(int index)
    {
        var (parameter, value) = Bad[index];
        var error = Assert.Throws<RequestRejectedException>(() => value.Validate(100));
        Assert.Equal(RejectionReason.InvalidParameter, error.Reason);
        Assert.Equal(parameter, error.Parameter);
        Assert.Contains(parameter, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_and_the_edges_of_ranges_are_accepted()
    {
        new SamplingParams().Validate(100);
        new SamplingParams
        {
            Temperature = 0,
            TopP = 0,
            MinP = 1,
            TypicalP = 0,
            TopK = int.MaxValue,
            N = SamplingLimits.Answers,
            Logprobs = 20,
            MaxTokens = 1,
            MinTokens = 1,
            Dry = new(),
            LogitBias = new Dictionary<int, float> { [99] = -100 },
            Stop = ["x"],
            StopTokenIds = [0, 99],
        }.Validate(100);
    }
}
