// Checks that tokenizer.json, written from the vocabularies of the shared data, gives the ids that their GGUF form gives.
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Tokenizers.Tests;

public sealed class TokenizerJsonTests
{
    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [SharedTheory]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    [InlineData("gpt-2")]
    [InlineData("llama-spm")]
    [InlineData("bert-bge")]
    public void TokenizerJsonGivesTheIdsOfTheGgufForm(string name)
    {
        var definition = GgufVocabularies.Definition(name);
        var json = name switch
        {
            "llama-bpe" => ByteLevel(definition, Llama3Pattern, ignoresMerges: true),
            "qwen2" => ByteLevel(definition, Qwen2Pattern, ignoresMerges: false),
            "gpt-2" => ByteLevel(definition, pattern: null, ignoresMerges: false),
            "llama-spm" => SentencePiece(definition),
            _ => WordPiece(definition),
        };
        var gguf = GgufVocabularies.Tokenizer(name);
        var fromJson = TokenizerFactory.FromTokenizerJson(json.ToJsonString());
        Assert.Equal(gguf.VocabularySize, fromJson.VocabularySize);
        foreach (string text in GgufVocabularies.Texts(name))
        {
            var ids = gguf.Encode(text, addSpecial: false, parseSpecial: false);
            Assert.Equal(ids, fromJson.Encode(text, addSpecial: false, parseSpecial: false));
            if (name != "bert-bge")
                Assert.Equal(text, fromJson.Decode(ids));
        }
    }

    private static JsonObject ByteLevel(TokenizerDefinition definition, string? pattern, bool ignoresMerges)
    {
        var byteLevel = new JsonObject
        {
            ["type"] = "ByteLevel",
            ["add_prefix_space"] = false,
            ["trim_offsets"] = true,
            ["use_regex"] = pattern is null,
        };
        JsonNode preTokenizer = pattern is null
            ? byteLevel
            : new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = pattern },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    byteLevel
                ),
            };
        var json = Root(definition, definition.Tokens);
        json["pre_tokenizer"] = preTokenizer;
        json["decoder"] = new JsonObject { ["type"] = "ByteLevel" };
        json["model"]!["type"] = "BPE";
        json["model"]!["ignore_merges"] = ignoresMerges;
        json["model"]!["merges"] = new JsonArray([.. definition.Merges!.Select(merge => JsonValue.Create(merge))]);
        return json;
    }

    private static JsonObject SentencePiece(TokenizerDefinition definition)
    {
        var json = Root(definition, definition.Tokens);
        json["normalizer"] = JsonNode.Parse(
            """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""
        );
        json["decoder"] = JsonNode.Parse(
            """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}"""
        );
        json["model"]!["type"] = "BPE";
        json["model"]!["byte_fallback"] = true;
        json["model"]!["fuse_unk"] = true;
        json["model"]!["unk_token"] = "<unk>";
        // Every way to put a token together from two others, the best token first.
        var ids = definition.Tokens.Select((text, id) => (text, id)).ToDictionary(pair => pair.text, pair => pair.id);
        var merges = definition
            .Tokens.Select((text, id) => (text, id))
            .Where(pair => definition.TokenTypes![pair.id] == 1)
            .OrderByDescending(pair => definition.Scores![pair.id])
            .SelectMany(pair =>
                Enumerable
                    .Range(1, Math.Max(0, pair.text.Length - 1))
                    .Select(cut => (Left: pair.text[..cut], Right: pair.text[cut..]))
                    .Where(merge => ids.ContainsKey(merge.Left) && ids.ContainsKey(merge.Right))
            );
        json["model"]!["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray(merge.Left, merge.Right))]);
        return json;
    }

    private static JsonObject WordPiece(TokenizerDefinition definition)
    {
        var json = Root(
            definition,
            [
                .. definition.Tokens.Select(
                    (text, id) =>
                        definition.TokenTypes![id] != 1 ? text
                        : text.StartsWith('▁') ? text[1..]
                        : text.StartsWith('[') && text.EndsWith(']') ? text
                        : "##" + text
                ),
            ]
        );
        json["normalizer"] = JsonNode.Parse(
            """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"""
        );
        json["pre_tokenizer"] = JsonNode.Parse("""{"type":"BertPreTokenizer"}""");
        json["decoder"] = JsonNode.Parse("""{"type":"WordPiece","prefix":"##","cleanup":true}""");
        json["model"]!["type"] = "WordPiece";
        json["model"]!["unk_token"] = "[UNK]";
        json["model"]!["continuing_subword_prefix"] = "##";
        json["model"]!["max_input_chars_per_word"] = 100;
        return json;
    }

    private static JsonObject Root(TokenizerDefinition definition, IReadOnlyList<string> texts)
    {
        var vocab = new JsonObject();
        var added = new JsonArray();
        for (int id = 0; id < texts.Count; id++)
        {
            vocab[texts[id]] = id;
            int type = definition.TokenTypes?[id] ?? 1;
            if (type is 2 or 3 or 4)
                added.Add(
                    new JsonObject
                    {
                        ["id"] = id,
                        ["content"] = texts[id],
                        ["special"] = type != 4,
                        ["normalized"] = false,
                    }
                );
        }
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["model"] = new JsonObject { ["vocab"] = vocab },
        };
    }
}
