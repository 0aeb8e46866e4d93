// Owns reading the sampling fields that chat and completions share: OpenAI's names, then those of vLLM and llama.cpp.
using System.Text.Json;
using Tern.Engine.Sampling;
using Tern.Server.Http;

namespace Tern.Server.OpenAi;

/// <summary>Reads <see cref="SamplingParams"/> from a request body; absent fields keep the model's defaults.</summary>
internal static class SamplingFields
{
    private const int MaxAnswers = 128;
    private const int MaxBiases = 1024;
    private const int MaxStops = 64;
    private const int MaxStopLength = 1024;

    /// <summary>The fields common to both routes. Token limit and log-probabilities are read by the route.</summary>
    public static SamplingParams Read(Fields fields, SamplingParams defaults, int vocabularySize) =>
        defaults with
        {
            Temperature = fields.Float("temperature", 0, 100) ?? defaults.Temperature,
            TopP = fields.Float("top_p", 0, 1) ?? defaults.TopP,
            TopK = TopK(fields) ?? defaults.TopK,
            MinP = fields.Float("min_p", 0, 1) ?? defaults.MinP,
            TypicalP = fields.Float("typical_p", 0, 1) ?? defaults.TypicalP,
            RepetitionPenalty =
                fields.Float("repetition_penalty", 0.01f, 100)
                ?? fields.Float("repeat_penalty", 0.01f, 100)
                ?? defaults.RepetitionPenalty,
            FrequencyPenalty = fields.Float("frequency_penalty", -2, 2) ?? defaults.FrequencyPenalty,
            PresencePenalty = fields.Float("presence_penalty", -2, 2) ?? defaults.PresencePenalty,
            Dry = Dry(fields) ?? defaults.Dry,
            LogitBias = LogitBias(fields, vocabularySize) ?? defaults.LogitBias,
            Seed = fields.Long("seed", long.MinValue, long.MaxValue) is { } seed
                ? unchecked((ulong)seed)
                : defaults.Seed,
            Stop = Stop(fields) ?? defaults.Stop,
            StopTokenIds = TokenIds(fields, "stop_token_ids", vocabularySize, MaxStops) ?? defaults.StopTokenIds,
            IgnoreEos = fields.Bool("ignore_eos") ?? defaults.IgnoreEos,
            MinTokens = fields.Int("min_tokens", 0, int.MaxValue) ?? defaults.MinTokens,
            N = fields.Int("n", 1, MaxAnswers) ?? 1,
        };

    /// <summary>An array of token ids within the vocabulary, or null.</summary>
    public static IReadOnlyList<int>? TokenIds(Fields fields, string name, int vocabularySize, int limit)
    {
        if (fields.Array(name) is not { } array)
            return null;
        return TokenIds(array, fields.PathOf(name), vocabularySize, limit);
    }

    /// <summary>The token ids in a JSON array.</summary>
    public static int[] TokenIds(JsonElement array, string path, int vocabularySize, int limit)
    {
        if (array.GetArrayLength() > limit)
            throw ApiException.Invalid(path, $"{path} has {array.GetArrayLength()} ids; at most {limit} are accepted");
        var ids = new int[array.GetArrayLength()];
        int i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (
                item.ValueKind != JsonValueKind.Number
                || !item.TryGetInt32(out int id)
                || id < 0
                || id >= vocabularySize
            )
            {
                throw ApiException.Invalid(
                    $"{path}[{i}]",
                    $"{path}[{i}] is {Fields.Describe(item)}; token ids are integers from 0 to {vocabularySize - 1}"
                );
            }
            ids[i++] = id;
        }
        return ids;
    }

    // vLLM writes "all" as -1, llama.cpp as 0.
    private static int? TopK(Fields fields) => fields.Int("top_k", -1, int.MaxValue) is { } k ? Math.Max(k, 0) : null;

    private static DryOptions? Dry(Fields fields)
    {
        if (fields.Float("dry_multiplier", 0, 100) is not { } multiplier || multiplier == 0)
            return null;
        var defaults = new DryOptions();
        return new DryOptions
        {
            Multiplier = multiplier,
            Base = fields.Float("dry_base", 1, 100) ?? defaults.Base,
            AllowedLength = fields.Int("dry_allowed_length", 0, 1 << 20) ?? defaults.AllowedLength,
            PenaltyLastN = fields.Int("dry_penalty_last_n", -1, int.MaxValue) ?? defaults.PenaltyLastN,
            SequenceBreakers =
                Strings(fields, "dry_sequence_breakers", MaxStops, MaxStopLength) ?? defaults.SequenceBreakers,
        };
    }

    private static Dictionary<int, float>? LogitBias(Fields fields, int vocabularySize)
    {
        if (fields.Object("logit_bias") is not { } biases)
            return null;
        var result = new Dictionary<int, float>();
        foreach (var bias in biases.EnumerateObject())
        {
            string path = $"{fields.PathOf("logit_bias")}.{bias.Name}";
            if (result.Count == MaxBiases)
                throw ApiException.Invalid("logit_bias", $"logit_bias has more than {MaxBiases} entries");
            if (!int.TryParse(bias.Name, out int id) || id < 0 || id >= vocabularySize)
                throw ApiException.Invalid(path, $"{path}: keys are token ids from 0 to {vocabularySize - 1}");
            if (
                bias.Value.ValueKind != JsonValueKind.Number
                || !bias.Value.TryGetDouble(out double value)
                || !(Math.Abs(value) <= 100)
            )
                throw ApiException.Invalid(
                    path,
                    $"{path} is {Fields.Describe(bias.Value)}; biases are numbers from -100 to 100"
                );
            result[id] = (float)value;
        }
        return result;
    }

    private static List<string>? Stop(Fields fields) =>
        fields.Get("stop") is { ValueKind: JsonValueKind.String } one
            ? [NonEmpty(Fields.TextOf(one, fields.PathOf("stop")), fields.PathOf("stop"), MaxStopLength)]
            : Strings(fields, "stop", MaxStops, MaxStopLength);

    private static List<string>? Strings(Fields fields, string name, int limit, int maxLength)
    {
        if (fields.Array(name) is not { } array)
            return null;
        string path = fields.PathOf(name);
        if (array.GetArrayLength() > limit)
            throw ApiException.Invalid(
                path,
                $"{path} has {array.GetArrayLength()} entries; at most {limit} are accepted"
            );
        var result = new List<string>();
        foreach (var item in array.EnumerateArray())
        {
            string itemPath = $"{path}[{result.Count}]";
            if (item.ValueKind != JsonValueKind.String)
                throw ApiException.Invalid(
                    itemPath,
                    $"{itemPath} must be a string, not {Fields.Describe(item)}",
                    "invalid_type"
                );
            result.Add(NonEmpty(Fields.TextOf(item, itemPath), itemPath, maxLength));
        }
        return result;
    }

    private static string NonEmpty(string text, string path, int maxLength) =>
        text.Length == 0 ? throw ApiException.Invalid(path, $"{path} is an empty string")
        : text.Length > maxLength ? throw ApiException.Invalid(path, $"{path} is longer than {maxLength} characters")
        : text;
}
