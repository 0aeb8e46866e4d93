// Owns the JSON files that state a decoder's hyperparameters (transformers: LlamaConfig, Qwen2Config, Qwen3Config,
// Qwen3MoeConfig, GenerationConfig).
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Tensors;

namespace Tern.Formats.Export;

/// <summary>Writes config.json and generation_config.json; ids of special tokens come from GGUF's metadata.</summary>
internal static class ConfigFiles
{
    /// <summary>GGUF's names of architectures.</summary>
    public const string Llama = "llama";
    public const string Qwen2 = "qwen2";
    public const string Qwen3 = "qwen3";
    public const string Qwen3Moe = "qwen3moe";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>config.json.</summary>
    /// <exception cref="ArgumentException">The type is not F32, F16 or BF16.</exception>
    public static string Model(DecoderShape shape, DType type, IReadOnlyDictionary<string, object> tokenizer)
    {
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(ClassOf(shape.Architecture)),
            ["model_type"] = TypeOf(shape.Architecture),
            ["torch_dtype"] = type switch
            {
                DType.F32 => "float32",
                DType.F16 => "float16",
                DType.BF16 => "bfloat16",
                _ => throw new ArgumentException($"{type} is no element type of a published model; F32, F16, BF16 are"),
            },
            ["hidden_size"] = shape.Width,
            ["intermediate_size"] = shape.FeedForward,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["num_key_value_heads"] = shape.KvHeads,
            ["head_dim"] = shape.HeadLength,
            ["vocab_size"] = shape.Vocabulary,
            ["max_position_embeddings"] = shape.Context,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = shape.Epsilon,
            ["rope_theta"] = shape.RopeBase,
            ["rope_scaling"] = null,
            ["attention_dropout"] = 0.0,
            ["tie_word_embeddings"] = shape.IsTied,
            ["use_cache"] = true,
        };
        // Qwen 2 has its biases without saying so.
        if (shape.Architecture != Qwen2)
            json.Add("attention_bias", false);
        if (shape.Architecture == Llama)
            json.Add("mlp_bias", false);
        else
            json.Add("use_sliding_window", false);
        if (shape.HasExperts)
            AddExperts(json, shape);
        AddIds(json, tokenizer);
        return json.ToJsonString(Indented);
    }

    /// <summary>The <c>model_type</c> of an architecture.</summary>
    public static string TypeOf(string architecture) => architecture == Qwen3Moe ? "qwen3_moe" : architecture;

    /// <summary>generation_config.json.</summary>
    public static string Generation(IReadOnlyDictionary<string, object> tokenizer, float? temperature)
    {
        var json = new JsonObject();
        // A temperature of 0 is written as what it means: transformers takes none.
        if (temperature == 0)
            json.Add("do_sample", false);
        else if (temperature is { } value)
            json.Add("temperature", value);
        AddIds(json, tokenizer);
        return json.ToJsonString(Indented);
    }

    private static string ClassOf(string architecture) =>
        string.Concat(TypeOf(architecture).Split('_').Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}"))
        + "ForCausalLM";

    /// <summary>Every feed-forward layer is a mixture, and the weights of a token's experts sum to 1.</summary>
    private static void AddExperts(JsonObject json, DecoderShape shape)
    {
        json.Add("num_experts", shape.Experts);
        json.Add("num_experts_per_tok", shape.ExpertsUsed);
        json.Add("moe_intermediate_size", shape.FeedForward);
        json.Add("norm_topk_prob", true);
        json.Add("decoder_sparse_step", 1);
        json.Add("mlp_only_layers", new JsonArray());
    }

    private static void AddIds(JsonObject json, IReadOnlyDictionary<string, object> tokenizer)
    {
        foreach (
            var (name, role) in (ReadOnlySpan<(string, string)>)[("bos", "bos"), ("eos", "eos"), ("pad", "padding")]
        )
        {
            if (tokenizer.TryGetValue($"tokenizer.ggml.{role}_token_id", out object? id))
                json.Add($"{name}_token_id", (uint)id);
        }
    }
}
