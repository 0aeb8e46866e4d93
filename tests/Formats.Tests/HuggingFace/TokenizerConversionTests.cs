// tokenizer.json to tokenizer.ggml.* metadata, through whole conversions of small directories.
using System.Text.Json.Nodes;
using Tern.Formats.HuggingFace;
using Tern.Testing;

namespace Tern.Formats.Tests.HuggingFace;

public class TokenizerConversionTests
{
    private const string Llama3 =
        """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""";

    private static readonly JsonObject ByteLevel = new() { ["type"] = "ByteLevel", ["use_regex"] = false };

    [SharedTheory]
    [InlineData("gpt-2", "gpt-2")]
    [InlineData("bert-bge", "bert-bge")]
    public void A_vocabulary_turned_to_json_and_back_is_the_vocabulary(string folderName, string pre)
    {
        using var gguf = ModelFile.Open(SharedData.PathOf("tokenizers", folderName, $"ggml-vocab-{folderName}.gguf"));
        var expected = gguf.Metadata;
        string[] tokens = expected.GetStrings("tokenizer.ggml.tokens");
        int[] types = expected.GetInts("tokenizer.ggml.token_type");
        bool words = expected.GetString("tokenizer.ggml.model") == "bert";
        var vocabulary = new JsonObject();
        var added = new JsonArray();
        for (int id = 0; id < tokens.Length; id++)
        {
            if (types[id] == 3)
                added.Add(
                    new JsonObject
                    {
                        ["id"] = id,
                        ["content"] = tokens[id],
                        ["special"] = true,
                    }
                );
            vocabulary[words && types[id] == 1 ? Piece(tokens[id]) : tokens[id]] = id;
        }
        var model = new JsonObject { ["type"] = words ? "WordPiece" : "BPE", ["vocab"] = vocabulary };
        if (!words)
            model["merges"] = new JsonArray([.. expected.GetStrings("tokenizer.ggml.merges").Select(m => (JsonNode)m)]);
        var json = new JsonObject { ["model"] = model, ["added_tokens"] = added };
        if (!words)
            json["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel" };
        var found = Convert(json, tokens.Length);

        Assert.Equal(tokens, found.GetStrings("tokenizer.ggml.tokens"));
        Assert.Equal(types, found.GetInts("tokenizer.ggml.token_type"));
        Assert.Equal(pre, found.GetString("tokenizer.ggml.pre"));
        if (!words)
            Assert.Equal(expected.GetStrings("tokenizer.ggml.merges"), found.GetStrings("tokenizer.ggml.merges"));
    }

    [Fact]
    public void A_sentencepiece_tokenizer_gets_scores_by_rank_types_and_flags()
    {
        var json = JsonNode.Parse(
            """
            {"model":{"type":"BPE","byte_fallback":true,"unk_token":"<unk>",
              "vocab":{"<unk>":0,"<s>":1,"</s>":2,"<0x0A>":3,"▁":4,"a":5,"b":6,"▁a":7,"▁ab":8},
              "merges":["▁ a",["▁a","b"]]},
             "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}]},
             "added_tokens":[{"id":1,"content":"<s>","special":true},{"id":2,"content":"</s>","special":true},{"id":9,"content":"▁▁","special":false}]}
            """
        )!;
        var config = JsonNode.Parse(
            """{"bos_token":{"content":"<s>"},"eos_token":"</s>","unk_token":"<unk>","chat_template":[{"name":"default","template":"D"},{"name":"tool_use","template":"T"}]}"""
        )!;
        var found = Convert(json.AsObject(), 12, config.AsObject());

        Assert.Equal("llama", found.GetString("tokenizer.ggml.model"));
        Assert.Equal(
            ["<unk>", "<s>", "</s>", "<0x0A>", "▁", "a", "b", "▁a", "▁ab", "  ", "[PAD10]", "[PAD11]"],
            found.GetStrings("tokenizer.ggml.tokens")
        );
        Assert.Equal([2, 3, 3, 6, 1, 1, 1, 1, 1, 4, 5, 5], found.GetInts("tokenizer.ggml.token_type"));
        float[] scores = found.GetFloats("tokenizer.ggml.scores");
        Assert.Equal((0f, -1f), (scores[7], scores[8]));
        Assert.Equal(1, found.GetInt("tokenizer.ggml.bos_token_id"));
        Assert.Equal(2, found.GetInt("tokenizer.ggml.eos_token_id"));
        Assert.Equal(0, found.GetInt("tokenizer.ggml.unknown_token_id"));
        Assert.True(found.GetBool("tokenizer.ggml.add_bos_token", false));
        Assert.False(found.GetBool("tokenizer.ggml.add_eos_token", true));
        Assert.True(found.GetBool("tokenizer.ggml.add_space_prefix", false));
        Assert.Equal("D", found.GetString("tokenizer.chat_template"));
        Assert.Equal("T", found.GetString("tokenizer.chat_template.tool_use"));
    }

    [Fact]
    public void A_unigram_tokenizer_keeps_its_scores_and_its_normalization_table()
    {
        var json = JsonNode.Parse(
            """
            {"model":{"type":"Unigram","unk_id":1,"vocab":[["<s>",0],["<unk>",0],["▁a",-1.5],["b",-2.25]]},
             "normalizer":{"type":"Precompiled","precompiled_charsmap":"AQID"},
             "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"never"},
             "added_tokens":[{"id":0,"content":"<s>","special":true}]}
            """
        )!;
        var found = Convert(json.AsObject(), 4);
        Assert.Equal("t5", found.GetString("tokenizer.ggml.model"));
        Assert.Equal([3, 2, 1, 1], found.GetInts("tokenizer.ggml.token_type"));
        Assert.Equal([-1.5f, -2.25f], found.GetFloats("tokenizer.ggml.scores")[2..]);
        Assert.Equal(new byte[] { 1, 2, 3 }, found.Values["tokenizer.ggml.precompiled_charsmap"]);
        Assert.False(found.GetBool("tokenizer.ggml.add_space_prefix", true));
    }

    [Theory]
    [InlineData("llama-bpe", true, Llama3)]
    [InlineData("dbrx", false, Llama3)]
    [InlineData(
        "qwen2",
        false,
        """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
    )]
    [InlineData(
        "gpt-4o",
        false,
        """[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
    )]
    [InlineData(
        "deepseek-v3",
        false,
        """\p{N}{1,3}""",
        """[一-龥぀-ゟ゠-ヿ]+""",
        """[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
    )]
    public void A_published_pre_tokenizer_gets_its_name(string name, bool ignoresMerges, params string[] patterns)
    {
        var parts = new JsonArray();
        foreach (string pattern in patterns)
            parts.Add(
                new JsonObject
                {
                    ["type"] = "Split",
                    ["pattern"] = new JsonObject { ["Regex"] = pattern },
                }
            );
        parts.Add(ByteLevel.DeepClone());
        var json = SmallByteLevel();
        json["model"]!["ignore_merges"] = ignoresMerges;
        json["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = parts };
        Assert.Equal(name, Convert(json, 3).GetString("tokenizer.ggml.pre"));
    }

    [Fact]
    public void An_unknown_pre_tokenizer_is_refused_with_its_parts()
    {
        var json = SmallByteLevel();
        json["pre_tokenizer"] = JsonNode.Parse("""{"type":"Split","pattern":{"Regex":"[xyz]+"}}""");
        var error = Assert.Throws<ModelFormatException>(() => Convert(json, 3));
        Assert.Contains("[xyz]+", error.Message, StringComparison.Ordinal);
    }

    [SharedTheory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void A_directory_without_tokenizer_is_converted_to_weights_alone(string name)
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("m.gguf");
        HuggingFaceConverter.Convert(SharedData.PathOf("conformance", "architectures", $"{name}-hf"), file);
        using var converted = ModelFile.Open(file);
        using var twin = ModelFile.Open(SharedData.PathOf("conformance", "architectures", name, "model.gguf"));
        Assert.DoesNotContain(
            converted.Metadata.Values.Keys,
            key => key.StartsWith("tokenizer.", StringComparison.Ordinal)
        );
        Assert.Equal(
            twin.Tensors.Keys.Order(StringComparer.Ordinal),
            converted.Tensors.Keys.Order(StringComparer.Ordinal)
        );
    }

    private static JsonObject SmallByteLevel() =>
        JsonNode.Parse("""{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}""")!.AsObject();

    private static string Piece(string token) =>
        token switch
        {
            ['▁', .. var rest] => rest,
            ['[', .., ']'] => token,
            _ => "##" + token,
        };

    /// <summary>Converts a directory of one layer of nothing with that tokenizer, and returns the new file's metadata.</summary>
    private static Metadata Convert(JsonObject tokenizer, int size, JsonObject? config = null)
    {
        using var folder = new TemporaryFolder();
        string directory = folder.PathOf("model");
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "tokenizer.json"), tokenizer.ToJsonString());
        if (config is not null)
            File.WriteAllText(Path.Combine(directory, "tokenizer_config.json"), config.ToJsonString());
        File.WriteAllText(
            Path.Combine(directory, "config.json"),
            $$"""
            {"model_type":"llama","hidden_size":32,"intermediate_size":32,"num_hidden_layers":1,"num_attention_heads":1,
             "vocab_size":{{size}},"max_position_embeddings":8,"rms_norm_eps":1e-5}
            """
        );
        Formats.Safetensors.SafetensorsWriter.Write(
            Path.Combine(directory, "model.safetensors"),
            Array.Empty<Tern.Tensors.Tensor>()
        );
        HuggingFaceConverter.Convert(directory, folder.PathOf("m.gguf"));
        using var model = ModelFile.Open(folder.PathOf("m.gguf"));
        return model.Metadata;
    }
}
