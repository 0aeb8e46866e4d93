// Owns what a model's publisher recommends for sampling.
using System.Globalization;
using System.Text.Json.Nodes;
using Tern.Engine.Sampling;
using Tern.Formats;
using Tern.Formats.HuggingFace;

namespace Tern.Engine.Loading;

/// <summary>
/// Recommended sampling and further end tokens: GGUF's <c>general.sampling.*</c>, or <c>generation_config.json</c> of a
/// Hugging Face directory. A value that <see cref="SamplingParams.Validate"/> would refuse is an error of the file.
/// </summary>
/// <param name="Sampling">Defaults with the recommended values in place.</param>
/// <param name="EndTokens">Tokens that end an answer besides the tokenizer's.</param>
public sealed record GenerationDefaults(SamplingParams Sampling, IReadOnlyList<int> EndTokens)
{
    /// <summary>Reads the recommendation; neutral defaults when there is none.</summary>
    /// <param name="file">The model.</param>
    /// <param name="vocabularySize">Tokens in its vocabulary.</param>
    /// <exception cref="ModelFormatException">A value is malformed or out of range.</exception>
    public static GenerationDefaults Read(ModelFile file, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(file);
        var side = new SideFiles(file);
        var json = side.Json(HuggingFaceDirectory.GenerationConfigName);
        string source = json is null ? file.Path : side.PathOf(HuggingFaceDirectory.GenerationConfigName);
        float? Number(string key) =>
            json is null ? GgufNumber(file.Metadata, key)
            : json[key] is null ? null
            : JsonNumber(source, key, json[key]!);
        var neutral = new SamplingParams();
        // Files that were published for greedy decoding keep the temperature that they would otherwise have.
        bool greedy = json?["do_sample"] is JsonValue value && value.TryGetValue(out bool sample) && !sample;
        var sampling = neutral with
        {
            Temperature = (greedy ? null : Number("temperature")) ?? neutral.Temperature,
            TopK = (int)Math.Clamp(Number("top_k") ?? neutral.TopK, 0, 1 << 24),
            TopP = Number("top_p") ?? neutral.TopP,
            MinP = Number("min_p") ?? neutral.MinP,
            TypicalP = Number("typical_p") ?? neutral.TypicalP,
            RepetitionPenalty = Number("repetition_penalty") ?? neutral.RepetitionPenalty,
        };
        try
        {
            sampling.Validate(vocabularySize);
        }
        catch (RequestRejectedException error)
        {
            throw new ModelFormatException(source, error.Parameter ?? "sampling", error.Message, error);
        }
        return new GenerationDefaults(sampling, EndTokensOf(json?["eos_token_id"], source, vocabularySize));
    }

    private static float? GgufNumber(Metadata metadata, string name)
    {
        string key =
            "general.sampling."
            + name switch
            {
                "temperature" => "temp",
                "repetition_penalty" => "penalty_repeat",
                _ => name,
            };
        return metadata.Contains(key) ? metadata.GetFloat(key) : null;
    }

    private static float JsonNumber(string source, string key, JsonNode node) =>
        node is JsonValue value && value.TryGetValue(out double number)
            ? (float)number
            : throw new ModelFormatException(source, key, $"is {node.ToJsonString()}, expected a number");

    private static int[] EndTokensOf(JsonNode? node, string source, int vocabularySize)
    {
        JsonNode?[] items = node switch
        {
            null => [],
            JsonArray array => [.. array],
            _ => [node],
        };
        return
        [
            .. items.Select(item =>
                item is JsonValue value && value.TryGetValue(out int id) && (uint)id < (uint)vocabularySize
                    ? id
                    : throw new ModelFormatException(
                        source,
                        "eos_token_id",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{item?.ToJsonString()} is no token of the vocabulary (0 to {vocabularySize - 1})"
                        )
                    )
            ),
        ];
    }
}
