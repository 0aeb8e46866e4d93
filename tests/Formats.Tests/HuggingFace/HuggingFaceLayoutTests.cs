// Published layouts that have no directory in the conformance data: made here from the GGUF file by the inverse of what
// the publishers' layout differs in, and read back.
using System.Text.Json.Nodes;
using Tern.Formats.Safetensors;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Formats.Tests.HuggingFace;

public class HuggingFaceLayoutTests
{
    [SharedFact]
    public void Phi3_keeps_its_fused_matrices_and_gets_long_and_short_factors()
    {
        using var gguf = Open("phi3-longrope");
        var config = Config(gguf, "phi3", "rms_norm_eps", "attention.layer_norm_rms_epsilon");
        config["rope_theta"] = 10000.0;
        config["original_max_position_embeddings"] = gguf.Metadata.GetInt("phi3.rope.scaling.original_context_length");
        config["rope_scaling"] = new JsonObject
        {
            ["type"] = "longrope",
            ["long_factor"] = Numbers(gguf.Tensors["rope_factors_long.weight"]),
            ["short_factor"] = Numbers(gguf.Tensors["rope_factors_short.weight"]),
        };
        var names = LlamaNames(2);
        names["blk.{0}.attn_qkv"] = "model.layers.{0}.self_attn.qkv_proj";
        names["blk.{0}.ffn_up"] = "model.layers.{0}.mlp.gate_up_proj";
        // The factor of the conformance file is not the one that the contexts of the file give.
        AssertReadBack(gguf, config, names, skipKey: "phi3.rope.scaling.attn_factor");
    }

    [SharedFact]
    public void Gpt2_matrices_are_transposed()
    {
        using var gguf = Open("gpt2");
        var config = Config(gguf, "gpt2", "layer_norm_epsilon", "attention.layer_norm_epsilon");
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["token_embd"] = "wte",
            ["position_embd"] = "wpe",
            ["output_norm"] = "ln_f",
            ["blk.{0}.attn_norm"] = "h.{0}.ln_1",
            ["blk.{0}.attn_qkv"] = "h.{0}.attn.c_attn",
            ["blk.{0}.attn_output"] = "h.{0}.attn.c_proj",
            ["blk.{0}.ffn_norm"] = "h.{0}.ln_2",
            ["blk.{0}.ffn_up"] = "h.{0}.mlp.c_fc",
            ["blk.{0}.ffn_down"] = "h.{0}.mlp.c_proj",
        };
        AssertReadBack(
            gguf,
            config,
            names,
            tensor =>
                tensor.Shape.Length == 2 && tensor.Name.StartsWith("blk", StringComparison.Ordinal)
                    ? Transpose(tensor)
                    : tensor
        );
    }

    [SharedFact]
    public void Bert_names_are_mapped_and_its_pooling_read()
    {
        using var gguf = Open("bert");
        var config = Config(gguf, "bert", "layer_norm_eps", "attention.layer_norm_epsilon");
        config["type_vocab_size"] = 2;
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["token_embd"] = "embeddings.word_embeddings",
            ["position_embd"] = "embeddings.position_embeddings",
            ["token_types"] = "embeddings.token_type_embeddings",
            ["token_embd_norm"] = "embeddings.LayerNorm",
            ["blk.{0}.attn_q"] = "encoder.layer.{0}.attention.self.query",
            ["blk.{0}.attn_k"] = "encoder.layer.{0}.attention.self.key",
            ["blk.{0}.attn_v"] = "encoder.layer.{0}.attention.self.value",
            ["blk.{0}.attn_output"] = "encoder.layer.{0}.attention.output.dense",
            ["blk.{0}.attn_output_norm"] = "encoder.layer.{0}.attention.output.LayerNorm",
            ["blk.{0}.ffn_up"] = "encoder.layer.{0}.intermediate.dense",
            ["blk.{0}.ffn_down"] = "encoder.layer.{0}.output.dense",
            ["blk.{0}.layer_output_norm"] = "encoder.layer.{0}.output.LayerNorm",
        };
        AssertReadBack(gguf, config, names, poolingMode: "pooling_mode_mean_tokens");
    }

    [SharedFact]
    public void Gpt_oss_experts_are_split_and_their_mxfp4_blocks_repacked()
    {
        using var gguf = Open("gpt-oss");
        var config = Config(gguf, "gpt_oss", "rms_norm_eps", "attention.layer_norm_rms_epsilon");
        config["head_dim"] = 32;
        config["intermediate_size"] = gguf.Metadata.GetInt("gpt-oss.expert_feed_forward_length");
        config["num_local_experts"] = 4;
        config["num_experts_per_tok"] = 2;
        config["sliding_window"] = 32;
        config["rope_theta"] = 150000.0;
        config["rope_scaling"] = new JsonObject
        {
            ["rope_type"] = "yarn",
            ["factor"] = 32.0,
            ["original_max_position_embeddings"] = 64,
        };
        config["quantization_config"] = new JsonObject { ["quant_method"] = "mxfp4" };
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("config.json"), config.ToJsonString());
        var names = LlamaNames(2);
        names["blk.{0}.post_attention_norm"] = "model.layers.{0}.post_attention_layernorm";
        names["blk.{0}.ffn_gate_inp"] = "model.layers.{0}.mlp.router";
        var tensors = new List<Tensor>();
        foreach (var tensor in gguf.Tensors.Values.Where(t => !t.Name.Contains("_exps", StringComparison.Ordinal)))
        {
            string name = Published(tensor.Name, names);
            if (tensor.Name.EndsWith("attn_sinks.weight", StringComparison.Ordinal))
                name = $"model.layers.{tensor.Name[4]}.self_attn.sinks";
            tensors.Add(tensor.Reshape(name, tensor.Shape));
        }
        for (int layer = 0; layer < 2; layer++)
        {
            string from = $"blk.{layer}.ffn_";
            string to = $"model.layers.{layer}.mlp.experts.";
            AddBlocks(tensors, to + "down_proj", gguf.Tensors[from + "down_exps.weight"]);
            AddBlocks(
                tensors,
                to + "gate_up_proj",
                gguf.Tensors[from + "gate_exps.weight"],
                gguf.Tensors[from + "up_exps.weight"]
            );
            var down = gguf.Tensors[from + "down_exps.bias"];
            tensors.Add(down.Reshape(to + "down_proj_bias", down.Shape));
            float[] gate = gguf.Tensors[from + "gate_exps.bias"].Span<float>().ToArray();
            float[] up = gguf.Tensors[from + "up_exps.bias"].Span<float>().ToArray();
            float[] both = [.. gate.Zip(up).SelectMany(pair => new[] { pair.First, pair.Second })];
            tensors.Add(Tensor.FromValues(to + "gate_up_proj_bias", both, 4, both.Length / 4));
        }
        SafetensorsWriter.Write(folder.PathOf("model.safetensors"), tensors);
        // The writer has no bytes: the blocks were written as I8 and are published as U8.
        byte[] file = File.ReadAllBytes(folder.PathOf("model.safetensors"));
        for (int at; (at = file.AsSpan().IndexOf("\"I8\""u8)) >= 0; )
            "\"U8\""u8.CopyTo(file.AsSpan(at));
        File.WriteAllBytes(folder.PathOf("model.safetensors"), file);
        AssertSame(gguf, folder.Root);
    }

    [SharedFact]
    public void DeepSeek_splits_the_latent_matrix_and_stacks_its_experts()
    {
        using var gguf = Open("deepseek2-mla");
        var config = Config(gguf, "deepseek_v3", "rms_norm_eps", "attention.layer_norm_rms_epsilon");
        config["rope_theta"] = 10000.0;
        config["q_lora_rank"] = 48;
        config["kv_lora_rank"] = 32;
        config["qk_rope_head_dim"] = 8;
        config["qk_nope_head_dim"] = 16;
        config["v_head_dim"] = 16;
        config["first_k_dense_replace"] = 1;
        config["n_shared_experts"] = 2;
        config["routed_scaling_factor"] = 2.5;
        config["norm_topk_prob"] = true;
        config["scoring_func"] = "sigmoid";
        config["n_group"] = 4;
        config["topk_group"] = 2;
        config["n_routed_experts"] = 8;
        config["num_experts_per_tok"] = 3;
        config["moe_intermediate_size"] = 32;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("config.json"), config.ToJsonString());
        var names = LlamaNames(1);
        const string Layer = "model.layers.{0}.";
        names["blk.{0}.attn_q_a"] = Layer + "self_attn.q_a_proj";
        names["blk.{0}.attn_q_a_norm"] = Layer + "self_attn.q_a_layernorm";
        names["blk.{0}.attn_q_b"] = Layer + "self_attn.q_b_proj";
        names["blk.{0}.attn_kv_a_mqa"] = Layer + "self_attn.kv_a_proj_with_mqa";
        names["blk.{0}.attn_kv_a_norm"] = Layer + "self_attn.kv_a_layernorm";
        names["blk.{0}.ffn_gate_inp"] = Layer + "mlp.gate";
        foreach (string kind in new[] { "gate", "up", "down" })
            names[$"blk.{{0}}.ffn_{kind}_shexp"] = Layer + $"mlp.shared_experts.{kind}_proj";
        var tensors = new List<Tensor>();
        foreach (var tensor in gguf.Tensors.Values)
        {
            string layer = tensor.Name.Split('.')[1];
            string prefix = $"model.layers.{layer}.";
            if (tensor.Name.EndsWith("_exps.weight", StringComparison.Ordinal))
            {
                string kind = tensor.Name.Split('_')[1];
                for (int i = 0; i < 8; i++)
                {
                    var expert = tensor.Slice(i);
                    tensors.Add(expert.Reshape($"{prefix}mlp.experts.{i}.{kind}_proj.weight", expert.Shape));
                }
            }
            else if (tensor.Name.EndsWith("attn_v_b.weight", StringComparison.Ordinal))
            {
                tensors.Add(
                    JoinLatent(
                        $"{prefix}self_attn.kv_b_proj.weight",
                        gguf.Tensors[$"blk.{layer}.attn_k_b.weight"],
                        tensor
                    )
                );
            }
            else if (tensor.Name.EndsWith("exp_probs_b.bias", StringComparison.Ordinal))
            {
                tensors.Add(tensor.Reshape(prefix + "mlp.gate.e_score_correction_bias", tensor.Shape));
            }
            else if (!tensor.Name.EndsWith("attn_k_b.weight", StringComparison.Ordinal))
            {
                tensors.Add(tensor.Reshape(Published(tensor.Name, names), tensor.Shape));
            }
        }
        SafetensorsWriter.Write(folder.PathOf("model.safetensors"), tensors);
        AssertSame(gguf, folder.Root);
    }

    [SharedFact]
    public void An_unknown_tensor_and_an_unknown_architecture_are_named()
    {
        using var folder = new TemporaryFolder();
        using var gguf = Open("qwen2");
        var config = Config(gguf, "qwen2", "rms_norm_eps", "attention.layer_norm_rms_epsilon");
        File.WriteAllText(folder.PathOf("config.json"), config.ToJsonString());
        SafetensorsWriter.Write(
            folder.PathOf("model.safetensors"),
            [Tensor.FromValues("model.layers.0.self_attn.mystery.weight", [1], 1)]
        );
        var unknown = Assert.Throws<ModelFormatException>(() => ModelFile.Open(folder.Root));
        Assert.Equal("model.layers.0.self_attn.mystery.weight", unknown.Field);
        config["model_type"] = "no_such_model";
        File.WriteAllText(folder.PathOf("config.json"), config.ToJsonString());
        var architecture = Assert.Throws<ModelFormatException>(() => ModelFile.Open(folder.Root));
        Assert.Contains("no_such_model", architecture.Message, StringComparison.Ordinal);
        Assert.Contains("qwen3_moe", architecture.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public void Gemma3_inside_a_multimodal_model_is_found_and_its_unstated_numbers_are_the_familys()
    {
        using var folder = new TemporaryFolder();
        const string Text = """{"hidden_size":64,"intermediate_size":64,"num_hidden_layers":0,"sliding_window":1024}""";
        File.WriteAllText(folder.PathOf("config.json"), $$"""{"model_type":"gemma3","text_config":{{Text}}}""");
        SafetensorsWriter.Write(
            folder.PathOf("model.safetensors"),
            [
                Tensor.FromValues("language_model.model.norm.weight", [0.5f], 1),
                Tensor.FromValues("vision_tower.vision_model.head.weight", [1], 1),
            ]
        );
        using var model = ModelFile.Open(folder.Root);
        Assert.Equal(1.5f, Assert.Single(model.Tensors).Value.Span<float>()[0]);
        Assert.Equal(256, model.Metadata.GetInt("gemma3.attention.key_length"));
        Assert.Equal(4, model.Metadata.GetInt("gemma3.attention.head_count_kv"));
        Assert.Equal(1024, model.Metadata.GetInt("gemma3.attention.sliding_window"));
    }

    [SharedFact]
    public void A_rearranged_tensor_is_made_again_after_its_memory_was_given_back()
    {
        using var model = ModelFile.Open(SharedData.PathOf("conformance", "architectures", "llama-hf"));
        var tensor = model.Tensors["blk.0.attn_q.weight"];
        byte[] before = TensorBytes.Of(tensor);
        tensor.Release();
        Assert.Equal(before, TensorBytes.Of(tensor));
    }

    private static ModelFile Open(string name) =>
        ModelFile.Open(SharedData.PathOf("conformance", "architectures", name, "model.gguf"));

    private static JsonObject Config(ModelFile gguf, string type, string epsilonName, string epsilonKey)
    {
        string prefix = gguf.Metadata.GetString("general.architecture") + ".";
        return new JsonObject
        {
            ["model_type"] = type,
            ["hidden_size"] = gguf.Metadata.GetInt(prefix + "embedding_length"),
            ["intermediate_size"] = gguf.Metadata.GetInt(prefix + "feed_forward_length"),
            ["num_hidden_layers"] = gguf.Metadata.GetInt(prefix + "block_count"),
            ["num_attention_heads"] = gguf.Metadata.GetInt(prefix + "attention.head_count"),
            ["num_key_value_heads"] = gguf.Metadata.GetInt(prefix + "attention.head_count_kv"),
            ["max_position_embeddings"] = gguf.Metadata.GetInt(prefix + "context_length"),
            ["vocab_size"] = gguf.Metadata.GetInt(prefix + "vocab_size"),
            [epsilonName] = gguf.Metadata.GetFloat(prefix + epsilonKey),
        };
    }

    private static Dictionary<string, string> LlamaNames(int norms)
    {
        const string Layer = "model.layers.{0}.";
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["token_embd"] = "model.embed_tokens",
            ["output_norm"] = "model.norm",
            ["output"] = "lm_head",
            ["blk.{0}.attn_norm"] = Layer + "input_layernorm",
            ["blk.{0}.ffn_norm"] = Layer + "post_attention_layernorm",
            ["blk.{0}.attn_output"] = Layer + "self_attn.o_proj",
        };
        foreach (string kind in new[] { "q", "k", "v" })
            names[$"blk.{{0}}.attn_{kind}"] = Layer + $"self_attn.{kind}_proj";
        foreach (string kind in new[] { "gate", "up", "down" })
            names[$"blk.{{0}}.ffn_{kind}"] = Layer + $"mlp.{kind}_proj";
        return norms > 0 ? names : [];
    }

    private static string Published(string name, Dictionary<string, string> names)
    {
        string stem = name[..name.LastIndexOf('.')];
        string suffix = name[name.LastIndexOf('.')..];
        string[] parts = stem.Split('.');
        if (parts[0] != "blk")
            return names[stem] + suffix;
        return names.TryGetValue("blk.{0}." + parts[2], out string? template)
            ? template.Replace("{0}", parts[1], StringComparison.Ordinal) + suffix
            : name;
    }

    private static void AssertReadBack(
        ModelFile gguf,
        JsonObject config,
        Dictionary<string, string> names,
        Func<Tensor, Tensor>? inverse = null,
        string? skipKey = null,
        string? poolingMode = null
    )
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("config.json"), config.ToJsonString());
        if (poolingMode is not null)
        {
            Directory.CreateDirectory(folder.PathOf("1_Pooling"));
            File.WriteAllText(
                folder.PathOf("1_Pooling/config.json"),
                new JsonObject { [poolingMode] = true }.ToJsonString()
            );
        }
        var tensors = gguf
            .Tensors.Values.Where(t => !t.Name.StartsWith("rope_", StringComparison.Ordinal))
            .Select(t => (name: Published(t.Name, names), tensor: inverse is null ? t : inverse(t)))
            .Select(pair => pair.tensor.Reshape(pair.name, pair.tensor.Shape));
        SafetensorsWriter.Write(folder.PathOf("model.safetensors"), [.. tensors]);
        AssertSame(gguf, folder.Root, skipKey);
    }

    private static void AssertSame(ModelFile gguf, string directory, string? skipKey = null)
    {
        using var model = ModelFile.Open(directory);
        foreach (var (key, value) in gguf.Metadata.Values)
        {
            bool compared =
                !key.StartsWith("tokenizer.", StringComparison.Ordinal)
                && key is not ("general.name" or "general.file_type" or "gpt-oss.feed_forward_length")
                && key != skipKey;
            if (compared)
                Assert.Equal((key, value), (key, model.Metadata.Values.GetValueOrDefault(key)));
        }
        Assert.Equal(gguf.Tensors.Keys.Order(), model.Tensors.Keys.Order());
        foreach (var tensor in gguf.Tensors.Values)
            TensorBytes.AssertSame(tensor, model.Tensors[tensor.Name]);
    }

    private static JsonArray Numbers(Tensor tensor) => [.. tensor.Span<float>().ToArray().Select(v => (JsonNode)v)];

    private static Tensor Transpose(Tensor tensor)
    {
        float[] from = tensor.Span<float>().ToArray();
        var to = new float[from.Length];
        for (long row = 0; row < tensor.Rows; row++)
        {
            for (long column = 0; column < tensor.Columns; column++)
                to[column * tensor.Rows + row] = from[row * tensor.Columns + column];
        }
        return Tensor.FromValues(tensor.Name, to, tensor.Columns, tensor.Rows);
    }

    // keys [heads, latent, nope] and values [heads, v, latent] to [heads · (nope + v), latent]
    private static Tensor JoinLatent(string name, Tensor keys, Tensor values)
    {
        var rows = new List<float>();
        for (int head = 0; head < keys.Shape[0]; head++)
        {
            rows.AddRange(Transpose(keys.Slice(head)).Span<float>());
            rows.AddRange(values.Slice(head).Span<float>());
        }
        long latent = values.Columns;
        return Tensor.FromValues(name, [.. rows], rows.Count / latent, latent);
    }

    // Blocks of GGUF (scale; element i beside i + 16) as published (neighbours share a byte), rows of several interleaved.
    private static void AddBlocks(List<Tensor> tensors, string name, params Tensor[] sources)
    {
        long perRow = sources[0].Columns / 32;
        long rows = sources[0].Shape[1] * sources.Length;
        var blocks = Tensor.Allocate(name + "_blocks", DType.I8, 4, rows, perRow, 16);
        var scales = Tensor.Allocate(name + "_scales", DType.I8, 4, rows, perRow);
        for (long row = 0; row < 4 * rows; row++)
        {
            var source = sources[row % sources.Length].Row(row / sources.Length);
            for (int block = 0; block < perRow; block++)
            {
                scales.Row(row)[block] = source[17 * block];
                var packed = source.Slice(17 * block + 1, 16);
                var output = blocks.Row(row * perRow + block);
                for (int i = 0; i < 32; i++)
                {
                    int value = i < 16 ? packed[i] & 0xF : packed[i - 16] >> 4;
                    output[i / 2] |= (byte)(value << (4 * (i % 2)));
                }
            }
        }
        tensors.Add(blocks);
        tensors.Add(scales);
    }
}
