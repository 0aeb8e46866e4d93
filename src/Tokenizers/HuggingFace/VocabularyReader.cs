// Owns gathering the ids of tokenizer.json: the model's vocabulary and the added tokens.
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Spellings by id, scores of unigram models, and the added tokens.</summary>
internal sealed class VocabularyReader
{
    private readonly Dictionary<int, string> texts = [];
    private readonly Dictionary<int, TokenType> types = [];

    /// <summary>Tokens matched in the text as it is, and those matched in the normalized text.</summary>
    public List<AddedToken> Added { get; } = [];
    public List<AddedToken> AddedNormalized { get; } = [];

    /// <summary>Log probabilities by id, of unigram models.</summary>
    public List<float> Scores { get; } = [];

    /// <summary>Reads <c>model.vocab</c> and <c>added_tokens</c>.</summary>
    public Vocabulary Read(JsonField root, JsonField model)
    {
        var vocab = model.Require("vocab");
        if (vocab.IsArray)
            ReadScored(vocab);
        else
            ReadNumbered(vocab);
        if (root.Find("added_tokens") is { } added)
        {
            foreach (var token in added.Items)
                ReadAdded(token);
        }
        if (texts.Count == 0)
            throw vocab.Error("is empty; at least one token is needed");
        int count = texts.Keys.Max() + 1;
        // Files leave holes, but a number far beyond the tokens there are would only size arrays.
        if (count > (2L * texts.Count) + 4096)
            throw vocab.Error($"has {texts.Count} tokens, but ids up to {count - 1}");
        var textById = new string[count];
        var typeById = new TokenType[count];
        for (int id = 0; id < count; id++)
        {
            textById[id] = texts.GetValueOrDefault(id, "");
            typeById[id] = types.GetValueOrDefault(id, texts.ContainsKey(id) ? TokenType.Normal : TokenType.Unused);
        }
        while (Scores.Count < count)
            Scores.Add(0);
        return new Vocabulary(textById, typeById);
    }

    private void ReadNumbered(JsonField vocab)
    {
        foreach (var (text, id) in vocab.Members)
        {
            if (id.Integer < 0)
                throw id.Error($"{id.Integer} is no id");
            if (!texts.TryAdd(id.Integer, text))
                throw id.Error($"is the id of '{texts[id.Integer]}' already");
        }
    }

    private void ReadScored(JsonField vocab)
    {
        foreach (var item in vocab.Items)
        {
            JsonField[] pair = [.. item.Items];
            if (pair.Length != 2)
                throw item.Error("is no pair of a token and its score");
            texts.Add(texts.Count, pair[0].Text);
            Scores.Add(pair[1].Number);
        }
    }

    private void ReadAdded(JsonField field)
    {
        int id = field.Require("id").Integer;
        string text = field.Require("content").Text;
        bool isSpecial = field.FlagOr("special", false);
        if (id < 0)
            throw field.Require("id").Error($"{id} is no id");
        texts[id] = text;
        types[id] = isSpecial ? TokenType.Control : TokenType.UserDefined;
        var token = new AddedToken(id, text, isSpecial)
        {
            StripsLeft = field.FlagOr("lstrip", false),
            StripsRight = field.FlagOr("rstrip", false),
            IsSingleWord = field.FlagOr("single_word", false),
        };
        (field.FlagOr("normalized", !isSpecial) ? AddedNormalized : Added).Add(token);
    }
}
