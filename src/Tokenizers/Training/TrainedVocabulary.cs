// Owns a trained vocabulary and its spelling in Hugging Face's files, from which everything else is made: the tokenizer in
// memory here, GGUF's metadata by the conversion of published models.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tern.Tokenizers.Training;

/// <summary>
/// A byte-level BPE vocabulary. Ids 0 to 255 are the bytes, then each merge makes the next id, then come the special tokens.
/// </summary>
public sealed class TrainedVocabulary
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly BpeTrainingOptions options;
    private readonly List<string> spellings;

    internal TrainedVocabulary(
        BpeTrainingOptions options,
        List<string> spellings,
        IReadOnlyList<(int Left, int Right)> merges
    )
    {
        this.options = options;
        this.spellings = spellings;
        Merges = merges;
    }

    /// <summary>Number of ids.</summary>
    public int Size => spellings.Count + options.SpecialTokens.Count;

    /// <summary>The merges, best first: merge m joins two ids to id 256 + m.</summary>
    public IReadOnlyList<(int Left, int Right)> Merges { get; }

    /// <summary>Makes the tokenizer.</summary>
    public Tokenizer CreateTokenizer() =>
        TokenizerFactory.FromTokenizerJson(ToTokenizerJson(), ToTokenizerConfigJson());

    /// <summary>The content of <c>tokenizer.json</c> (the tokenizers library's format): rules and vocabulary.</summary>
    public string ToTokenizerJson()
    {
        var preTokenizer = TrainablePreTokenizer.Known[options.PreTokenizer];
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. options.SpecialTokens.Select(AddedToken)]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = preTokenizer.ToJson(),
            ["post_processor"] = options.AddBos ? BeginText(options.BosToken!) : null,
            ["decoder"] = TrainablePreTokenizer.ByteLevel(usesWords: false),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = preTokenizer.IgnoresMerges,
                ["vocab"] = new JsonObject(
                    spellings.Select((text, id) => KeyValuePair.Create(text, (JsonNode?)JsonValue.Create(id)))
                ),
                ["merges"] = new JsonArray([
                    .. Merges.Select(m => JsonValue.Create(spellings[m.Left] + " " + spellings[m.Right])),
                ]),
            },
        };
        return json.ToJsonString(Indented);
    }

    /// <summary>The content of <c>tokenizer_config.json</c>: the roles of special tokens and the chat template.</summary>
    public string ToTokenizerConfigJson()
    {
        var json = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["clean_up_tokenization_spaces"] = false,
            ["add_bos_token"] = options.AddBos,
            ["add_eos_token"] = false,
        };
        Add("bos_token", options.BosToken);
        Add("eos_token", options.EosToken);
        Add("pad_token", options.PadToken);
        Add("chat_template", options.ChatTemplate);
        return json.ToJsonString(Indented);

        void Add(string key, string? value)
        {
            if (value is not null)
                json.Add(key, value);
        }
    }

    private JsonObject AddedToken(string text, int index) =>
        new()
        {
            ["id"] = spellings.Count + index,
            ["content"] = text,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        };

    /// <summary>A token before each text.</summary>
    private JsonObject BeginText(string token)
    {
        int id = spellings.Count + options.SpecialTokens.Index().First(pair => pair.Item == token).Index;
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(), Text("A", 0)),
            ["pair"] = new JsonArray(Special(), Text("A", 0), Special(), Text("B", 1)),
            ["special_tokens"] = new JsonObject
            {
                [token] = new JsonObject
                {
                    ["id"] = token,
                    ["ids"] = new JsonArray(id),
                    ["tokens"] = new JsonArray(token),
                },
            },
        };

        JsonObject Special() =>
            new()
            {
                ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 },
            };

        static JsonObject Text(string which, int type) =>
            new()
            {
                ["Sequence"] = new JsonObject { ["id"] = which, ["type_id"] = type },
            };
    }
}
