// The export of a decoder: both ways hold the same numbers, files say what they should, and what does not fit is refused.
using System.Text.Json.Nodes;
using Tern.Formats.Export;
using Tern.Formats.Gguf;
using Tern.Formats.HuggingFace;
using Tern.Formats.Safetensors;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Formats.Tests.Export;

public class ModelExportTests
{
    [Theory]
    [InlineData("llama", GgufFileType.F32, false)]
    [InlineData("llama", GgufFileType.F32, true)]
    [InlineData("llama", GgufFileType.F16, false)]
    [InlineData("llama", GgufFileType.BF16, false)]
    [InlineData("llama", GgufFileType.Q8_0, true)]
    [InlineData("llama", GgufFileType.Q4_0, false)]
    [InlineData("llama", GgufFileType.Q4_K_M, false)]
    [InlineData("qwen2", GgufFileType.F32, true)]
    [InlineData("qwen2", GgufFileType.Q4_K_M, false)]
    [InlineData("qwen3", GgufFileType.F32, false)]
    [InlineData("qwen3", GgufFileType.Q8_0, true)]
    [InlineData("qwen3moe", GgufFileType.F32, true)]
    [InlineData("qwen3moe", GgufFileType.Q4_K_M, false)]
    public void The_gguf_file_is_the_one_that_converting_the_directory_gives(
        string architecture,
        GgufFileType type,
        bool isTied
    )
    {
        using var folder = new TemporaryFolder();
        string directory = folder.PathOf("tiny");
        bool hasExperts = architecture == "qwen3moe";
        var export = RandomDecoder.Export(
            RandomDecoder.Shape with
            {
                Architecture = architecture,
                IsTied = isTied,
                Experts = hasExperts ? 3 : 0,
                ExpertsUsed = hasExperts ? 2 : 0,
            }
        );
        export.WriteHuggingFace(directory, DType.F32);
        HuggingFaceConverter.Convert(directory, folder.PathOf("converted.gguf"), type);
        export.WriteGguf(folder.PathOf("direct.gguf"), type);
        byte[] converted = File.ReadAllBytes(folder.PathOf("converted.gguf"));
        Assert.True(converted.AsSpan().SequenceEqual(File.ReadAllBytes(folder.PathOf("direct.gguf"))));

        using var model = ModelFile.Open(folder.PathOf("direct.gguf"));
        Assert.Equal(!isTied, model.Tensors.ContainsKey("output.weight"));
        Assert.All(
            model.Tensors.Values.Where(t => t.Name.EndsWith("norm.weight", StringComparison.Ordinal)),
            norm => Assert.Equal(DType.F32, norm.Type)
        );
        Assert.Equal(
            type is GgufFileType.Q4_K_M ? DType.Q4_K : Enum.Parse<DType>(type.ToString()),
            model.Tensors[hasExperts ? "blk.0.ffn_gate_exps.weight" : "blk.0.ffn_gate.weight"].Type
        );
    }

    [Fact]
    public void Published_rows_of_a_llamas_queries_and_keys_are_halves_and_nothing_else_moves()
    {
        using var folder = new TemporaryFolder();
        var weights = RandomDecoder.Weights(RandomDecoder.Shape);
        RandomDecoder.Export(RandomDecoder.Shape).WriteHuggingFace(folder.Root, DType.F32);
        using var published = SafetensorsReader.Open(folder.Root);
        var query = published.GetTensor("model.layers.1.self_attn.q_proj.weight");
        var paired = weights["blk.1.attn_q.weight"];
        // The third head's rows 5 and 32 + 5 become its rows 10 and 11.
        Assert.True(query.Row(128 + 5).SequenceEqual(paired.Row(128 + 10)));
        Assert.True(query.Row(128 + 37).SequenceEqual(paired.Row(128 + 11)));
        var key = published.GetTensor("model.layers.0.self_attn.k_proj.weight");
        Assert.True(key.Row(64 + 63).SequenceEqual(weights["blk.0.attn_k.weight"].Row(64 + 63)));
        Assert.True(key.Row(64 + 32).SequenceEqual(weights["blk.0.attn_k.weight"].Row(64 + 1)));
        foreach (
            var (name, other) in ((string, string)[])
                [
                    ("blk.1.attn_v.weight", "model.layers.1.self_attn.v_proj.weight"),
                    ("blk.0.attn_output.weight", "model.layers.0.self_attn.o_proj.weight"),
                    ("blk.1.ffn_down.weight", "model.layers.1.mlp.down_proj.weight"),
                    ("output.weight", "lm_head.weight"),
                ]
        )
            Assert.Equal(TensorBytes.Of(weights[name]), TensorBytes.Of(published.GetTensor(other)));
    }

    [Fact]
    public void Metadata_and_configuration_say_the_numbers_the_roles_and_the_template()
    {
        using var folder = new TemporaryFolder();
        var export = RandomDecoder.Export(RandomDecoder.Shape);
        export.WriteGguf(folder.PathOf("m.gguf"), GgufFileType.F32);
        using var model = ModelFile.Open(folder.PathOf("m.gguf"));
        var found = model.Metadata;
        Assert.Equal("llama", found.GetString("general.architecture"));
        Assert.Equal("tiny", found.GetString("general.name"));
        Assert.Equal(50000f, found.GetFloat("llama.rope.freq_base"));
        Assert.Equal(1e-6f, found.GetFloat("llama.attention.layer_norm_rms_epsilon"));
        Assert.Equal(2, found.GetInt("llama.attention.head_count_kv"));
        Assert.Equal(64, found.GetInt("llama.attention.key_length"));
        Assert.Equal(64, found.GetInt("llama.rope.dimension_count"));
        Assert.Equal("gpt2", found.GetString("tokenizer.ggml.model"));
        Assert.Equal("gpt-2", found.GetString("tokenizer.ggml.pre"));
        Assert.Equal(["a", "b", "ab", "<s>", "</s>", "[PAD5]"], found.GetStrings("tokenizer.ggml.tokens").Take(6));
        Assert.Equal([1, 1, 1, 3, 3, 5], found.GetInts("tokenizer.ggml.token_type").Take(6));
        Assert.Equal(["a b"], found.GetStrings("tokenizer.ggml.merges"));
        Assert.Equal(3, found.GetInt("tokenizer.ggml.bos_token_id"));
        Assert.Equal(4, found.GetInt("tokenizer.ggml.eos_token_id"));
        Assert.True(found.GetBool("tokenizer.ggml.add_bos_token", false));
        Assert.Equal("{{ messages }}", found.GetString("tokenizer.chat_template"));

        export.WriteHuggingFace(folder.PathOf("hf"), DType.BF16);
        var config = JsonNode.Parse(File.ReadAllText(folder.PathOf("hf/config.json")))!;
        Assert.Equal("bfloat16", (string?)config["torch_dtype"]);
        Assert.Equal(4, (int?)config["eos_token_id"]);
        Assert.Equal(1e-6f, (float)(double)config["rms_norm_eps"]!);
        var generation = JsonNode.Parse(File.ReadAllText(folder.PathOf("hf/generation_config.json")))!;
        Assert.Equal(3, (int?)generation["bos_token_id"]);
        Assert.Equal(RandomDecoder.TokenizerJson, File.ReadAllText(folder.PathOf("hf/tokenizer.json")));
    }

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    public void Safetensors_hold_the_weights_as_they_are_rounded_to_the_type(DType type)
    {
        using var folder = new TemporaryFolder();
        RandomDecoder.Export(RandomDecoder.Shape).WriteHuggingFace(folder.Root, type);
        using var model = SafetensorsReader.Open(folder.Root);
        Assert.Equal("pt", model.Metadata["format"]);
        var weights = RandomDecoder.Weights(RandomDecoder.Shape);
        Assert.Equal(weights.Count, model.Entries.Count);
        const string Name = "model.layers.1.mlp.down_proj.weight";
        var weight = weights["blk.1.ffn_down.weight"];
        var rounded = Tensor.Allocate(Name, type, weight.Shape);
        Quantizer.Row(type, weight.Span<float>(), rounded.Span<byte>());
        TensorBytes.AssertSame(rounded, model.GetTensor(Name));
    }

    [Fact]
    public void Writing_again_replaces_the_model_and_never_mixes_with_files_that_would_be_read_instead()
    {
        using var folder = new TemporaryFolder();
        RandomDecoder.Export(RandomDecoder.Shape).WriteHuggingFace(folder.Root, DType.F32);
        RandomDecoder.Export(RandomDecoder.Shape with { Layers = 1 }).WriteHuggingFace(folder.Root, DType.F32);
        using (var model = ModelFile.Open(folder.Root))
            Assert.Equal(1, model.Metadata.GetInt("llama.block_count"));
        Assert.Equal(5, Directory.GetFiles(folder.Root).Length);
        File.WriteAllText(folder.PathOf("model.safetensors.index.json"), "{}");
        var error = Assert.Throws<IOException>(() =>
            RandomDecoder.Export(RandomDecoder.Shape).WriteHuggingFace(folder.Root, DType.F32)
        );
        Assert.Contains("model.safetensors.index.json", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            RandomDecoder.Export(RandomDecoder.Shape).WriteHuggingFace(folder.PathOf("new"), DType.Q8_0)
        );
        Assert.False(Directory.Exists(folder.PathOf("new")));
    }

    [Fact]
    public void What_does_not_belong_together_is_refused_by_name()
    {
        const string Name = "blk.1.ffn_up.weight";
        var shape = RandomDecoder.Shape;
        AssertRefused($"'{Name}' is missing", w => w.Remove(Name));
        AssertRefused("'extra'", w => w.Add("extra", Tensor.FromValues("extra", [1], 1)));
        AssertRefused("expected F32 [512, 256]", w => w[Name] = w[Name].Reshape(Name, 256, 512));
        AssertRefused("expected F32 [512, 256]", w => w[Name] = Tensor.Allocate(Name, DType.F16, 512, 256));
        AssertRefused("NaN in row 3, column 7", w => w[Name].Span<float>()[(3 * 256) + 7] = float.NaN);
        AssertRefused("KvHeads is 3", _ => { }, shape with { KvHeads = 3 });
        AssertRefused("HeadLength is 63", _ => { }, shape with { HeadLength = 63 });
        AssertRefused("Layers is 0", _ => { }, shape with { Layers = 0 });
        AssertRefused("known are llama, qwen2, qwen3", _ => { }, shape with { Architecture = "gpt2" });
        var tooMany = Assert.Throws<ModelFormatException>(() => RandomDecoder.Export(shape with { Vocabulary = 2 }));
        Assert.Equal("model.vocab", tooMany.Field);
        var noJson = Assert.Throws<ModelFormatException>(() =>
            new ModelExport("x", shape, RandomDecoder.Weights(shape), "{", "{}")
        );
        Assert.Contains("tokenizer.json", noJson.Message, StringComparison.Ordinal);

        void AssertRefused(string message, Action<Dictionary<string, Tensor>> spoil, DecoderShape? other = null)
        {
            var weights = RandomDecoder.Weights(shape);
            spoil(weights);
            var error = Assert.Throws<ArgumentException>(() =>
                new ModelExport(
                    "x",
                    other ?? shape,
                    weights,
                    RandomDecoder.TokenizerJson,
                    RandomDecoder.TokenizerConfigJson
                )
            );
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }
}
