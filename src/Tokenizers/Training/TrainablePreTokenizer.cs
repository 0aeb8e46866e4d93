// Owns the pre-tokenizers that a vocabulary can be trained for: those with a name in GGUF and a spelling in tokenizer.json.
using System.Text.Json.Nodes;

namespace Tern.Tokenizers.Training;

/// <summary>
/// How tokenizer.json spells a pre-tokenizer that <see cref="Tokenizers.PreTokenizers.PreTokenizerCatalog"/> knows by GGUF's
/// name; the patterns are those of the publishers' own files, by which other programs recognize them.
/// </summary>
/// <param name="Pattern">What words match; null = GPT-2's words, which are built into the format.</param>
/// <param name="IsolatesDigits">Whether each digit is cut out first.</param>
/// <param name="IgnoresMerges">Whether a word that is a token becomes it without merging.</param>
internal sealed record TrainablePreTokenizer(string? Pattern, bool IsolatesDigits = false, bool IgnoresMerges = false)
{
    private const string Words = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+";
    private const string Tail = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>By GGUF's name.</summary>
    public static IReadOnlyDictionary<string, TrainablePreTokenizer> Known { get; } =
        new OrderedDictionary<string, TrainablePreTokenizer>(StringComparer.Ordinal)
        {
            ["gpt-2"] = new(Pattern: null),
            ["starcoder"] = new(Pattern: null, IsolatesDigits: true),
            ["qwen2"] = new(Words + @"|\p{N}" + Tail),
            ["dbrx"] = new(Words + @"|\p{N}{1,3}" + Tail),
            ["llama-bpe"] = new(Words + @"|\p{N}{1,3}" + Tail, IgnoresMerges: true),
        };

    /// <summary>The <c>pre_tokenizer</c> object.</summary>
    public JsonObject ToJson()
    {
        var first =
            Pattern is not null
                ? new JsonObject
                {
                    ["type"] = "Split",
                    ["pattern"] = new JsonObject { ["Regex"] = Pattern },
                    ["behavior"] = "Isolated",
                    ["invert"] = false,
                }
            : IsolatesDigits ? new JsonObject { ["type"] = "Digits", ["individual_digits"] = true }
            : null;
        var bytes = ByteLevel(usesWords: Pattern is null);
        return first is null
            ? bytes
            : new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(first, bytes) };
    }

    /// <summary>The component that spells text in the byte alphabet; as a decoder it reads the spelling back.</summary>
    public static JsonObject ByteLevel(bool usesWords) =>
        new()
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = false,
            ["trim_offsets"] = false,
            ["use_regex"] = usesWords,
        };
}
