// Owns the options that say how tokens are chosen.
using System.CommandLine;
using Tern.Engine.Sampling;

namespace Tern.Cli.Options;

/// <summary>Sampling parameters as command-line options; what is not set keeps the model's recommendation.</summary>
internal sealed class SamplingFlags
{
    private readonly Option<float?> _temperature = EnvironmentOption.Create<float?>(
        "--temperature",
        "Softmax temperature; 0 = greedy",
        null
    );
    private readonly Option<int?> _topK = EnvironmentOption.Create<int?>(
        "--top-k",
        "Keep the k most probable tokens; 0 = all",
        null
    );
    private readonly Option<float?> _topP = EnvironmentOption.Create<float?>(
        "--top-p",
        "Keep the smallest set of tokens whose probability reaches p",
        null
    );
    private readonly Option<float?> _minP = EnvironmentOption.Create<float?>(
        "--min-p",
        "Drop tokens less probable than this share of the best",
        null
    );
    private readonly Option<float?> _typicalP = EnvironmentOption.Create<float?>(
        "--typical-p",
        "Locally typical sampling mass",
        null
    );
    private readonly Option<float?> _repetition = EnvironmentOption.Create<float?>(
        "--repetition-penalty",
        "Divides logits of tokens seen before",
        null
    );
    private readonly Option<float?> _frequency = EnvironmentOption.Create<float?>(
        "--frequency-penalty",
        "Subtracted per occurrence in the answer",
        null
    );
    private readonly Option<float?> _presence = EnvironmentOption.Create<float?>(
        "--presence-penalty",
        "Subtracted once for tokens in the answer",
        null
    );
    private readonly Option<float?> _dry = EnvironmentOption.Create<float?>(
        "--dry-multiplier",
        "Strength of the don't-repeat-yourself penalty",
        null
    );
    private readonly Option<ulong?> _seed = EnvironmentOption.Create<ulong?>(
        "--seed",
        "Seed of the random stream; default: drawn",
        null
    );
    private readonly Option<int?> _maxTokens = EnvironmentOption.Create<int?>(
        "--max-tokens",
        "Tokens to generate at most; default: until the context is full",
        null
    );
    private readonly Option<bool> _ignoreEos = EnvironmentOption.Create(
        "--ignore-eos",
        "Go on past the model's end tokens",
        false
    );
    private readonly Option<string[]> _stop = new("--stop")
    {
        HelpName = "TEXT",
        Description = "Text that ends the answer; may be repeated [TERN_STOP]",
        DefaultValueFactory = _ =>
            Environment.GetEnvironmentVariable("TERN_STOP") is { Length: > 0 } stop ? [stop] : [],
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            var option in (Option[])
                [
                    _maxTokens,
                    _temperature,
                    _topK,
                    _topP,
                    _minP,
                    _typicalP,
                    _repetition,
                    _frequency,
                    _presence,
                    _dry,
                    _seed,
                    _ignoreEos,
                    _stop,
                ]
        )
            command.Add(option);
    }

    /// <summary>The parameters, on top of the model's recommendation.</summary>
    public SamplingParams Read(ParseResult parsed, SamplingParams defaults) =>
        defaults with
        {
            Temperature = parsed.GetValue(_temperature) ?? defaults.Temperature,
            TopK = parsed.GetValue(_topK) ?? defaults.TopK,
            TopP = parsed.GetValue(_topP) ?? defaults.TopP,
            MinP = parsed.GetValue(_minP) ?? defaults.MinP,
            TypicalP = parsed.GetValue(_typicalP) ?? defaults.TypicalP,
            RepetitionPenalty = parsed.GetValue(_repetition) ?? defaults.RepetitionPenalty,
            FrequencyPenalty = parsed.GetValue(_frequency) ?? defaults.FrequencyPenalty,
            PresencePenalty = parsed.GetValue(_presence) ?? defaults.PresencePenalty,
            Dry = parsed.GetValue(_dry) is { } multiplier and > 0
                ? new DryOptions { Multiplier = multiplier }
                : defaults.Dry,
            Seed = parsed.GetValue(_seed) ?? defaults.Seed,
            MaxTokens = parsed.GetValue(_maxTokens) ?? defaults.MaxTokens,
            IgnoreEos = parsed.GetValue(_ignoreEos) || defaults.IgnoreEos,
            Stop = parsed.GetValue(_stop) is { Length: > 0 } stop ? stop : defaults.Stop,
        };
}
