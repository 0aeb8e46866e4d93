// Owns how the pre-tokenizer of a tokenizer.json gets the name that GGUF has for it.
using System.Text.Json;

namespace Tern.Formats.HuggingFace;

/// <summary>
/// Recognizes the published pre-tokenizers by their parts (the patterns stand in the models' own tokenizer.json; the names
/// are those of llama.cpp, src/llama-vocab.cpp). An unknown one is refused: any other name would split text wrongly.
/// </summary>
internal static class PreTokenizerNames
{
    private const string Field = "pre_tokenizer";
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Tail = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Llama3 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + Tail;
    private const string Qwen2 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + Tail;
    private const string Qwen35 =
        Contractions
        + @"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Upper = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string CasedTail = @"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Tekken = Upper + "*" + Lower + "+|" + Upper + "+" + Lower + @"*|\p{N}" + CasedTail;
    private const string Gpt4o =
        Upper
        + "*"
        + Lower
        + "+"
        + Contractions
        + "?|"
        + Upper
        + "+"
        + Lower
        + "*"
        + Contractions
        + @"?|\p{N}{1,3}"
        + CasedTail;

    /// <summary>The name for a byte-level tokenizer.</summary>
    /// <param name="tokenizer">The whole tokenizer.json.</param>
    /// <param name="ignoresMerges">Whether whole words are looked up before merging.</param>
    public static string Find(HuggingFaceConfig tokenizer, bool ignoresMerges)
    {
        var parts = new List<string>();
        if (tokenizer.Find(Field) is { } root)
            Describe(tokenizer, root, parts);
        return parts switch
        {
            [] or ["words"] => "gpt-2",
            ["digits", "words"] => "starcoder",
            [Llama3] => ignoresMerges ? "llama-bpe" : "dbrx",
            [Qwen2] => "qwen2",
            [Qwen35] => "qwen35",
            [Tekken] => "tekken",
            [Gpt4o] => "gpt-4o",
            [@"\p{N}{1,3}", _, var words]
                when words.Contains(@"[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?", StringComparison.Ordinal) => "deepseek-v3",
            [@"[\r\n]", _, _, @"\s+$", _, "digits"] => "deepseek-llm",
            [@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", _, "digits"] => "deepseek-coder",
            _ when parts.Contains("[0-9][0-9][0-9]") && parts.Contains("punctuation") => "falcon",
            _ => throw tokenizer.Error(
                Field,
                $"this pre-tokenizer is not known, so it has no name in GGUF: {string.Join(" · ", parts)}"
            ),
        };
    }

    private static void Describe(HuggingFaceConfig tokenizer, JsonElement part, List<string> parts)
    {
        string? type = Text(part, "type");
        switch (type)
        {
            case "Sequence"
                when part.TryGetProperty("pretokenizers", out var inner) && inner.ValueKind == JsonValueKind.Array:
                foreach (var item in inner.EnumerateArray())
                    Describe(tokenizer, item, parts);
                break;
            case "ByteLevel":
                if (!part.TryGetProperty("use_regex", out var words) || words.ValueKind != JsonValueKind.False)
                    parts.Add("words");
                break;
            case "Digits":
                parts.Add("digits");
                break;
            case "Punctuation":
                parts.Add("punctuation");
                break;
            case "Split" when part.TryGetProperty("pattern", out var pattern):
                parts.Add(Text(pattern, "Regex") ?? Text(pattern, "String") ?? "");
                break;
            default:
                throw tokenizer.Error(Field, $"type '{type}' is not known in a byte-level tokenizer");
        }
    }

    private static string? Text(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
