// Owns the tokens of a tokenizer.json as GGUF's parallel arrays.
using System.Globalization;
using System.Text.Json;

namespace Tern.Formats.HuggingFace;

/// <summary>Tokens, types and scores by id, from the model's vocabulary and the added tokens.</summary>
internal sealed class TokenizerVocabulary
{
    // Numbers of GGUF's tokenizer.ggml.token_type.
    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;
    private const int Byte = 6;
    private const float AddedScore = -1000;
    private const string VocabularyField = "model.vocab";
    private const string AddedField = "added_tokens";

    private readonly HuggingFaceConfig _tokenizer;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <param name="tokenizer">tokenizer.json.</param>
    /// <param name="size">Rows of the embedding: holes become unused tokens, and ids beyond have no row and are left out.</param>
    public TokenizerVocabulary(HuggingFaceConfig tokenizer, int size)
    {
        _tokenizer = tokenizer;
        Tokens = new string[size];
        Types = new int[size];
        Scores = new float[size];
        for (int id = 0; id < size; id++)
        {
            Tokens[id] = $"[PAD{id.ToString(CultureInfo.InvariantCulture)}]";
            Types[id] = Unused;
            Scores[id] = -10000;
        }
    }

    public string[] Tokens { get; }

    public int[] Types { get; }

    public float[] Scores { get; }

    public int? IdOf(string? token) => token is not null && _ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>The vocabulary of BPE and WordPiece: an object from token to id.</summary>
    public void AddTokens(HuggingFaceConfig model)
    {
        if (model.Find("vocab") is not { ValueKind: JsonValueKind.Object } vocabulary)
            throw _tokenizer.Error(VocabularyField, "expected an object from token to id");
        foreach (var property in vocabulary.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt32(out int id))
                throw _tokenizer.Error(VocabularyField, $"the id of '{property.Name}' is no integer");
            Add(VocabularyField, id, property.Name, Normal, 0);
        }
    }

    /// <summary>The vocabulary of Unigram: an array of [token, log probability].</summary>
    public void AddScoredTokens(HuggingFaceConfig model)
    {
        if (model.Find("vocab") is not { ValueKind: JsonValueKind.Array } vocabulary)
            throw _tokenizer.Error(VocabularyField, "expected an array of [token, score]");
        int id = 0;
        foreach (var item in vocabulary.EnumerateArray())
        {
            if (
                item.ValueKind != JsonValueKind.Array
                || item.GetArrayLength() != 2
                || item[0].ValueKind != JsonValueKind.String
                || item[1].ValueKind != JsonValueKind.Number
            )
                throw _tokenizer.Error(VocabularyField, $"item {id} is not [token, score]");
            Add(VocabularyField, id++, item[0].GetString()!, Normal, (float)item[1].GetDouble());
        }
    }

    /// <summary>Added tokens: special ones are control tokens, the others are matched in the text as they stand.</summary>
    public void AddAddedTokens()
    {
        if (_tokenizer.Find(AddedField) is not { ValueKind: JsonValueKind.Array } added)
            return;
        foreach (var item in added.EnumerateArray())
        {
            if (
                item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("id", out var number)
                || number.ValueKind != JsonValueKind.Number
                || !number.TryGetInt32(out int id)
                || !item.TryGetProperty("content", out var content)
                || content.ValueKind != JsonValueKind.String
            )
                throw _tokenizer.Error(AddedField, "an item lacks an integer id or a text content");
            string text = content.GetString()!;
            bool special =
                (item.TryGetProperty("special", out var flag) && flag.ValueKind == JsonValueKind.True)
                || LooksSpecial(text);
            Add(AddedField, id, text, special ? Control : UserDefined, AddedScore);
            if (!special && id < Tokens.Length)
                Tokens[id] = text.Replace('▁', ' ');
        }
    }

    /// <summary>Marks the unknown token and the byte tokens <c>&lt;0x0A&gt;</c> of SentencePiece vocabularies.</summary>
    public void MarkSentencePieceTypes(int? unknown)
    {
        for (int id = 0; id < Tokens.Length; id++)
        {
            if (
                Types[id] == Normal
                && Tokens[id] is ['<', '0', 'x', _, _, '>'] text
                && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
            )
                Types[id] = Byte;
        }
        if (unknown is { } index && index < Types.Length)
            Types[index] = Unknown;
    }

    /// <summary>
    /// SentencePiece merges by score where tokenizer.json merges by rank: a token's score is minus the rank of its first
    /// merge.
    /// </summary>
    public void ScoreByRank(IReadOnlyList<(string Left, string Right)> merges)
    {
        var scored = new HashSet<int>();
        for (int rank = 0; rank < merges.Count; rank++)
        {
            if (IdOf(merges[rank].Left + merges[rank].Right) is { } id && scored.Add(id) && Types[id] == Normal)
                Scores[id] = -rank;
        }
    }

    /// <summary>WordPiece's inner pieces lose their ##, beginnings of words get ▁, as GGUF has them.</summary>
    public void MarkWordBeginnings(string continuing)
    {
        for (int id = 0; id < Tokens.Length; id++)
        {
            if (Types[id] != Normal || Tokens[id] is ['[', .., ']'])
                continue;
            Tokens[id] = Tokens[id].StartsWith(continuing, StringComparison.Ordinal)
                ? Tokens[id][continuing.Length..]
                : "▁" + Tokens[id];
        }
    }

    /// <summary>Tokens that some publishers forgot to mark as special (conversion in llama.cpp).</summary>
    private static bool LooksSpecial(string text) =>
        text is "<pad>" or "<mask>" or "<2mass>" or "[@BOS@]"
        || (text.StartsWith("<|", StringComparison.Ordinal) && text.EndsWith("|>", StringComparison.Ordinal))
        || (text.StartsWith("<｜", StringComparison.Ordinal) && text.EndsWith("｜>", StringComparison.Ordinal))
        || (text.StartsWith("<unused", StringComparison.Ordinal) && text.EndsWith('>'));

    private void Add(string field, int id, string text, int type, float score)
    {
        if (id < 0)
            throw _tokenizer.Error(field, $"token '{text}' has the negative id {id}");
        // Multimodal models give ids beyond the embedding to tokens that only images produce.
        if (id >= Tokens.Length && field == AddedField)
            return;
        if (id >= Tokens.Length)
            throw _tokenizer.Error(field, $"token '{text}' has id {id}, but the model has {Tokens.Length} rows");
        Tokens[id] = text;
        Types[id] = type;
        Scores[id] = score;
        _ids[text] = id;
    }
}
