// Owns what a request's sampling parameters may be, and the words that refuse the rest.
namespace Tern.Engine.Sampling;

/// <summary>
/// The bounds of <see cref="SamplingParams"/>. Ranges are OpenAI's where OpenAI has the parameter; counts are bounded so
/// that a request cannot make the engine's work per token large.
/// </summary>
public static class SamplingLimits
{
    /// <summary>Answers to one prompt.</summary>
    public const int Answers = 128;

    /// <summary>Rivals whose log-probability is returned (OpenAI's bound).</summary>
    public const int TopLogprobs = 20;

    /// <summary>Entries of a logit bias.</summary>
    public const int LogitBiases = 4096;

    /// <summary>Stop strings, and stop token ids.</summary>
    public const int Stops = 64;

    /// <summary>Characters of a stop string or sequence breaker.</summary>
    public const int StopLength = 1024;

    internal static void Check(SamplingParams p, int vocabularySize)
    {
        Within("temperature", p.Temperature, 0, 100);
        Within("top_k", p.TopK, 0, int.MaxValue);
        Within("top_p", p.TopP, 0, 1);
        Within("min_p", p.MinP, 0, 1);
        Within("typical_p", p.TypicalP, 0, 1);
        Within("repetition_penalty", p.RepetitionPenalty, 0.01f, 100);
        Within("frequency_penalty", p.FrequencyPenalty, -2, 2);
        Within("presence_penalty", p.PresencePenalty, -2, 2);
        Within("n", p.N, 1, Answers);
        Within("max_tokens", p.MaxTokens ?? 1, 1, int.MaxValue);
        Within("answered_tokens", p.AnsweredTokens, 0, int.MaxValue / 2);
        Within("first_answer", p.FirstAnswer, 0, int.MaxValue / 2);
        long most = (p.MaxTokens ?? int.MaxValue) + (long)p.AnsweredTokens;
        Within("min_tokens", p.MinTokens, 0, (int)Math.Min(most, int.MaxValue));
        Within("top_logprobs", p.Logprobs ?? 0, 0, TopLogprobs);
        if (p.Dry is { } dry)
            CheckDry(dry);
        Within("logit_bias entries", p.LogitBias.Count, 0, LogitBiases, "logit_bias");
        foreach (var (token, bias) in p.LogitBias)
        {
            CheckToken("logit_bias", token, vocabularySize);
            Within($"logit_bias of token {token}", bias, -100, 100, "logit_bias");
        }
        CheckTexts("stop", p.Stop);
        Within("stop_token_ids entries", p.StopTokenIds.Count, 0, Stops, "stop_token_ids");
        foreach (int token in p.StopTokenIds)
            CheckToken("stop_token_ids", token, vocabularySize);
    }

    internal static void CheckToken(string parameter, int token, int vocabularySize)
    {
        if ((uint)token >= (uint)vocabularySize)
            throw Invalid(
                parameter,
                $"{parameter}: token {token} is outside the vocabulary (0 to {vocabularySize - 1})"
            );
    }

    private static void CheckDry(DryOptions dry)
    {
        Within("dry_multiplier", dry.Multiplier, 0, 100);
        Within("dry_base", dry.Base, 1, 100);
        Within("dry_allowed_length", dry.AllowedLength, 0, int.MaxValue);
        Within("dry_penalty_last_n", dry.PenaltyLastN, -1, int.MaxValue);
        CheckTexts("dry_sequence_breakers", dry.SequenceBreakers);
    }

    private static void CheckTexts(string parameter, IReadOnlyList<string> texts)
    {
        Within($"{parameter} entries", texts.Count, 0, Stops, parameter);
        foreach (string text in texts)
            if (text is null or "")
                throw Invalid(parameter, $"{parameter}: an empty string is not allowed");
            else
                Within($"length of a string in {parameter}", text.Length, 1, StopLength, parameter);
    }

    private static void Within(string what, float value, float low, float high, string? parameter = null)
    {
        // Written so that NaN fails.
        if (!(value >= low && value <= high))
            throw Invalid(parameter ?? what, $"{what} is {value}, it must be from {low} to {high}");
    }

    private static void Within(string what, int value, int low, int high, string? parameter = null)
    {
        if (value < low || value > high)
            throw Invalid(
                parameter ?? what,
                $"{what} is {value}, it must be " + (high == int.MaxValue ? $"at least {low}" : $"from {low} to {high}")
            );
    }

    private static RequestRejectedException Invalid(string parameter, string message) =>
        new(RejectionReason.InvalidParameter, parameter, message);
}
