// Owns the knobs of choosing the next token. Validated once, at the door.
namespace Tern.Engine.Sampling;

/// <summary>How tokens are chosen. Defaults are OpenAI's where OpenAI has the parameter, neutral elsewhere.</summary>
public sealed record SamplingParams
{
    /// <summary>Softmax temperature; 0 = greedy.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Keep the k most probable tokens; 0 = all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the smallest set of tokens whose probability reaches p (arXiv 1904.09751); 1 = all.</summary>
    public float TopP { get; init; } = 1f;

    /// <summary>Drop tokens less probable than this share of the best; 0 = none (arXiv 2407.01082).</summary>
    public float MinP { get; init; }

    /// <summary>Locally typical sampling mass (arXiv 2202.00666); 1 = off.</summary>
    public float TypicalP { get; init; } = 1f;

    /// <summary>Divides (or multiplies, when negative) logits of tokens seen in prompt or answer (arXiv 1909.05858); 1 = off.</summary>
    public float RepetitionPenalty { get; init; } = 1f;

    /// <summary>Subtracted per occurrence in the answer; 0 = off.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Subtracted once for tokens that occur in the answer; 0 = off.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Don't-repeat-yourself penalty, or null = off.</summary>
    public DryOptions? Dry { get; init; }

    /// <summary>Added to logits, by token id.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Seed of the request's random stream; null = one is drawn.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Texts that end the answer; the text itself is not returned.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Token ids that end the answer besides the model's own end tokens.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>Go on past the model's end tokens.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>Tokens to generate at most; null = until the context is full.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>End tokens are not chosen before this many tokens.</summary>
    public int MinTokens { get; init; }

    /// <summary>How many top log-probabilities to return a token; null = none, 0 = only the chosen one's.</summary>
    public int? Logprobs { get; init; }

    /// <summary>Independent answers to one prompt; they share the prompt's blocks.</summary>
    public int N { get; init; } = 1;

    /// <summary>Number of the first of the <see cref="N"/> answers. An answer's random numbers depend on seed, number and position.</summary>
    public int FirstAnswer { get; init; }

    /// <summary>
    /// How many tokens at the end of the prompt are an answer that was broken off, which this one goes on with: random numbers,
    /// penalties and <see cref="MinTokens"/> count from its beginning, so that with the same seed and number it continues
    /// token for token as if it had not been broken off. <see cref="MaxTokens"/> counts new tokens; stop strings are looked for
    /// in new text. Less than the prompt.
    /// </summary>
    public int AnsweredTokens { get; init; }

    /// <summary>Checks every value against <see cref="SamplingLimits"/> and the vocabulary.</summary>
    /// <param name="vocabularySize">Tokens in the model's vocabulary.</param>
    /// <exception cref="RequestRejectedException">A value is out of range; the exception names the API parameter.</exception>
    public void Validate(int vocabularySize) => SamplingLimits.Check(this, vocabularySize);
}
