// Owns how tokenizer.json and its sisters become tokenizer.ggml.* metadata.
using System.Text.Json;

namespace Tern.Formats.HuggingFace;

/// <summary>Converts tokenizers (keys and conventions: github.com/ggml-org/llama.cpp gguf-py/gguf/constants.py).</summary>
internal static class TokenizerMetadata
{
    private const string ModelKey = "tokenizer.ggml.model";
    private const string PreKey = "tokenizer.ggml.pre";
    private const string AddSpacePrefixKey = "tokenizer.ggml.add_space_prefix";

    /// <summary>Writes the keys of a tokenizer.</summary>
    /// <param name="files">The tokenizer.</param>
    /// <param name="rows">Rows of the embedding.</param>
    /// <param name="metadata">Receives the keys.</param>
    /// <exception cref="ModelFormatException">The tokenizer has no counterpart in GGUF.</exception>
    public static void Write(TokenizerFiles files, int rows, MetadataBuilder metadata)
    {
        try
        {
            var vocabulary = new TokenizerVocabulary(files.Tokenizer, rows);
            WriteModel(files.Tokenizer, vocabulary, metadata);
            SpecialTokenMetadata.Write(files, vocabulary, metadata);
        }
        catch (InvalidOperationException e) // a JSON value of another kind than every tokenizer.json has there
        {
            throw new ModelFormatException(files.Tokenizer.File, "JSON", $"the file is no tokenizer: {e.Message}", e);
        }
    }

    private static void WriteModel(
        HuggingFaceConfig tokenizer,
        TokenizerVocabulary vocabulary,
        MetadataBuilder metadata
    )
    {
        var model = tokenizer.Section("model") ?? throw tokenizer.Error("model", "the key is missing");
        string type = model.OptionalString("type") ?? (model.Has("merges") ? "BPE" : "");
        switch (type)
        {
            case "BPE" when model.Bool("byte_fallback", false):
                WriteSentencePiece(tokenizer, model, vocabulary, metadata);
                break;
            case "BPE":
                WriteByteLevel(tokenizer, model, vocabulary, metadata);
                break;
            case "Unigram":
                WriteUnigram(tokenizer, model, vocabulary, metadata);
                break;
            case "WordPiece":
                WriteWordPiece(tokenizer, model, vocabulary, metadata);
                break;
            default:
                throw tokenizer.Error("model.type", $"'{type}' is not supported (known are BPE, Unigram, WordPiece)");
        }
    }

    private static void WriteByteLevel(
        HuggingFaceConfig tokenizer,
        HuggingFaceConfig model,
        TokenizerVocabulary vocabulary,
        MetadataBuilder metadata
    )
    {
        vocabulary.AddTokens(model);
        vocabulary.AddAddedTokens();
        metadata.Set(ModelKey, "gpt2");
        metadata.Set(PreKey, PreTokenizerNames.Find(tokenizer, model.Bool("ignore_merges", false)));
        WriteTokens(vocabulary, metadata, scores: false);
        metadata.Set(
            "tokenizer.ggml.merges",
            Merges(tokenizer, model).Select(pair => Joinable(pair.Left) + " " + Joinable(pair.Right)).ToArray()
        );
        if (HasType(tokenizer.Find("pre_tokenizer"), "ByteLevel", "add_prefix_space"))
            metadata.Set(AddSpacePrefixKey, true);
    }

    private static void WriteSentencePiece(
        HuggingFaceConfig tokenizer,
        HuggingFaceConfig model,
        TokenizerVocabulary vocabulary,
        MetadataBuilder metadata
    )
    {
        vocabulary.AddTokens(model);
        vocabulary.ScoreByRank(Merges(tokenizer, model));
        vocabulary.AddAddedTokens();
        vocabulary.MarkSentencePieceTypes(vocabulary.IdOf(model.OptionalString("unk_token")));
        metadata.Set(ModelKey, "llama");
        metadata.Set(PreKey, "default");
        WriteTokens(vocabulary, metadata, scores: true);
        metadata.Set(AddSpacePrefixKey, AddsSpacePrefix(tokenizer));
    }

    private static void WriteUnigram(
        HuggingFaceConfig tokenizer,
        HuggingFaceConfig model,
        TokenizerVocabulary vocabulary,
        MetadataBuilder metadata
    )
    {
        vocabulary.AddScoredTokens(model);
        vocabulary.AddAddedTokens();
        vocabulary.MarkSentencePieceTypes(model.OptionalInt("unk_id"));
        metadata.Set(ModelKey, "t5");
        metadata.Set(PreKey, "default");
        WriteTokens(vocabulary, metadata, scores: true);
        metadata.Set(AddSpacePrefixKey, AddsSpacePrefix(tokenizer));
        metadata.Set("tokenizer.ggml.remove_extra_whitespaces", true);
        if (Charsmap(tokenizer) is { Length: > 0 } charsmap)
            metadata.Set("tokenizer.ggml.precompiled_charsmap", charsmap);
    }

    private static void WriteWordPiece(
        HuggingFaceConfig tokenizer,
        HuggingFaceConfig model,
        TokenizerVocabulary vocabulary,
        MetadataBuilder metadata
    )
    {
        vocabulary.AddTokens(model);
        vocabulary.AddAddedTokens();
        vocabulary.MarkWordBeginnings(model.OptionalString("continuing_subword_prefix") ?? "##");
        metadata.Set(ModelKey, "bert");
        metadata.Set(PreKey, "bert-bge");
        WriteTokens(vocabulary, metadata, scores: false);
        if (tokenizer.Section("normalizer") is { } normalizer && normalizer.Has("lowercase"))
            metadata.Set("tokenizer.ggml.normalizer.lowercase", normalizer.Bool("lowercase", true));
    }

    private static void WriteTokens(TokenizerVocabulary vocabulary, MetadataBuilder metadata, bool scores)
    {
        metadata.Set("tokenizer.ggml.tokens", vocabulary.Tokens);
        if (scores)
            metadata.Set("tokenizer.ggml.scores", vocabulary.Scores);
        metadata.Set("tokenizer.ggml.token_type", vocabulary.Types);
    }

    /// <summary>Merges come as "left right" or, since tokenizers may hold spaces, as [left, right].</summary>
    private static List<(string Left, string Right)> Merges(HuggingFaceConfig tokenizer, HuggingFaceConfig model)
    {
        const string Field = "model.merges";
        if (model.Find("merges") is not { ValueKind: JsonValueKind.Array } array)
            throw tokenizer.Error(Field, "expected an array of merges");
        var merges = new List<(string, string)>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString()!.Split(' ') is [var left, var right])
                merges.Add((left, right));
            else if (item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2)
                merges.Add((item[0].GetString()!, item[1].GetString()!));
            else
                throw tokenizer.Error(Field, $"merge {merges.Count} is neither \"left right\" nor [left, right]");
        }
        return merges;
    }

    // GGUF separates the parts by a space; spaces inside are written as the byte alphabet's next plane has them.
    private static string Joinable(string part) => part.Replace(' ', (char)(' ' + 256));

    /// <summary>Whether a space is put before the text: by a Prepend normalizer or a Metaspace pre-tokenizer.</summary>
    private static bool AddsSpacePrefix(HuggingFaceConfig tokenizer)
    {
        if (Parts(tokenizer.Find("normalizer"), "normalizers").Any(part => TypeOf(part) == "Prepend"))
            return true;
        foreach (var part in Parts(tokenizer.Find("pre_tokenizer"), "pretokenizers"))
        {
            if (TypeOf(part) != "Metaspace")
                continue;
            return part.TryGetProperty("prepend_scheme", out var scheme)
                ? scheme.ValueKind == JsonValueKind.String && scheme.GetString() is "always" or "first"
                : !part.TryGetProperty("add_prefix_space", out var adds) || adds.ValueKind == JsonValueKind.True;
        }
        return false;
    }

    private static bool HasType(JsonElement? root, string type, string flag) =>
        Parts(root, "pretokenizers")
            .Any(part =>
                TypeOf(part) == type
                && part.TryGetProperty(flag, out var value)
                && value.ValueKind == JsonValueKind.True
            );

    private static byte[]? Charsmap(HuggingFaceConfig tokenizer)
    {
        foreach (var part in Parts(tokenizer.Find("normalizer"), "normalizers"))
        {
            if (TypeOf(part) != "Precompiled")
                continue;
            return
                part.TryGetProperty("precompiled_charsmap", out var map) && map.TryGetBytesFromBase64(out byte[]? bytes)
                ? bytes
                : throw tokenizer.Error("normalizer", "precompiled_charsmap is not Base64");
        }
        return null;
    }

    /// <summary>A component itself, or the components of a sequence.</summary>
    private static IEnumerable<JsonElement> Parts(JsonElement? root, string inner)
    {
        if (root is not { ValueKind: JsonValueKind.Object } component)
            return [];
        return component.TryGetProperty(inner, out var parts) && parts.ValueKind == JsonValueKind.Array
            ? parts.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object)
            : [component];
    }

    private static string? TypeOf(JsonElement part) =>
        part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
}
