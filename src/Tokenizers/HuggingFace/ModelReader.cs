// Owns the models of tokenizer.json (https://huggingface.co/docs/tokenizers/api/models).
using Tern.Tokenizers.Bpe;
using Tern.Tokenizers.Unigram;
using Tern.Tokenizers.Vocabularies;
using Tern.Tokenizers.WordPiece;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Reads the <c>model</c> object, but for its vocabulary.</summary>
internal sealed class ModelReader(JsonField model, Vocabulary vocabulary, IReadOnlyList<float> scores, bool isByteLevel)
{
    public WordTokenizer Read()
    {
        // Old files leave the type out.
        string type =
            model.TextOrNull("type")
            ?? (model.Find("merges") is not null ? "BPE" : model.Require("vocab").IsArray ? "Unigram" : "WordPiece");
        if (isByteLevel && type != "BPE")
            throw model.Error($"a {type} model behind a ByteLevel pre-tokenizer is not supported; BPE is");
        return type switch
        {
            "BPE" => ReadBpe(),
            "Unigram" => ReadUnigram(),
            "WordPiece" => new WordPieceTokenizer(
                vocabulary,
                startMark: "",
                continuationMark: model.TextOrNull("continuing_subword_prefix") ?? "##",
                UnknownToken() ?? throw model.Error("names no unk_token, but WordPiece needs one"),
                model.Find("max_input_chars_per_word")?.Integer ?? 100
            ),
            _ => throw model.Unknown("model", "BPE, Unigram, WordPiece"),
        };
    }

    private WordTokenizer ReadBpe()
    {
        foreach (string affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.TextOrNull(affix) is { Length: > 0 } text)
                throw new TokenizerFormatException($"{model.Path}.{affix}", $"'{text}' is not supported; it must be empty");
        }
        if (model.Find("dropout") is { } dropout && dropout.Number != 0)
            throw dropout.Error("is not 0; random merges are for training only");
        var rules = ReadMerges();
        bool ignoresMerges = model.FlagOr("ignore_merges", false);
        return isByteLevel
            ? new BpeTokenizer(vocabulary, rules, UnknownToken(), ignoresMerges)
            : new CharacterBpeTokenizer(
                vocabulary,
                rules,
                UnknownToken(),
                model.FlagOr("byte_fallback", false),
                model.FlagOr("fuse_unk", false)
            )
            {
                WholeWordsFirst = ignoresMerges ? static _ => true : static _ => false,
            };
    }

    private (string Left, string Right)[] ReadMerges()
    {
        var merges = model.Require("merges");
        return
        [
            .. merges.Items.Select(item =>
            {
                string[] parts = item.IsString ? item.Text.Split(' ') : [.. item.Items.Select(part => part.Text)];
                return parts.Length == 2
                    ? (parts[0], parts[1])
                    : throw item.Error($"is no merge of two parts: {item.Value.GetRawText()}");
            }),
        ];
    }

    private UnigramTokenizer ReadUnigram()
    {
        int? unknown = model.Find("unk_id")?.Integer;
        if (unknown is { } id && (id < 0 || id >= vocabulary.Count))
            throw model.Require("unk_id").Error($"{id} is not an id of the vocabulary of {vocabulary.Count} tokens");
        return new UnigramTokenizer(vocabulary, scores, unknown, model.FlagOr("byte_fallback", false));
    }

    private int? UnknownToken()
    {
        if (model.Find("unk_token") is not { } field)
            return null;
        return vocabulary.Find(field.Text) ?? throw field.Error($"'{field.Text}' is not in the vocabulary");
    }
}
