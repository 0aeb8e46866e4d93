// Owns the JSON files that state a Llama's hyperparameters (transformers, LlamaConfig and GenerationConfig).
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Tensors;

namespace Tern.Formats.Export;

/// <summary>Writes config.json and generation_config.json; ids of special tokens come from GGUF's metadata.</summary>
internal static class LlamaConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>config.json.</summary>
    /// <exception cref="ArgumentException">The type is not F32, F16 or BF16.</exception>
    public static string Model(LlamaShape shape, DType type, IReadOnlyDictionary<string, object> tokenizer)
    {
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
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
            ["attention_bias"] = false,
            ["attention_dropout"] = 0.0,
            ["mlp_bias"] = false,
            ["tie_word_embeddings"] = shape.IsTied,
            ["use_cache"] = true,
        };
        AddIds(json, tokenizer);
        return json.ToJsonString(Indented);
    }

    /// <summary>generation_config.json.</summary>
    public static string Generation(IReadOnlyDictionary<string, object> tokenizer)
    {
        var json = new JsonObject();
        AddIds(json, tokenizer);
        return json.ToJsonString(Indented);
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
