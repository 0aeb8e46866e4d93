// Owns the published names of tensors and their GGUF names.
using System.Globalization;

namespace Tern.Formats.HuggingFace;

/// <summary>Tables of names without prefix, layer number and ".weight" (gguf-py/gguf/tensor_mapping.py).</summary>
internal static class TensorNames
{
    private static readonly string[] Prefixes =
    [
        "language_model.model.",
        "model.language_model.",
        "language_model.",
        "model.",
        "transformer.",
        "bert.",
    ];

    private static readonly string[] LayerPrefixes = ["layers.", "h.", "encoder.layer.", "encoder.layers."];

    // What is stored but not needed: buffers, heads of other tasks, the parts of multimodal models that see.
    private static readonly string[] Unused =
    [
        "rotary_emb.inv_freq",
        ".attn.bias",
        ".attn.masked_bias",
        "position_ids",
        "pooler.dense",
        "cls.predictions",
        "cls.seq_relationship",
        "vision_tower.",
        "multi_modal_projector.",
    ];

    private static readonly Dictionary<string, string> Globals = new(StringComparer.Ordinal)
    {
        ["embed_tokens"] = "token_embd",
        ["wte"] = "token_embd",
        ["embeddings.word_embeddings"] = "token_embd",
        ["wpe"] = "position_embd",
        ["embeddings.position_embeddings"] = "position_embd",
        ["embeddings.token_type_embeddings"] = "token_types",
        ["embeddings.LayerNorm"] = "token_embd_norm",
        ["emb_ln"] = "token_embd_norm",
        ["norm"] = "output_norm",
        ["ln_f"] = "output_norm",
        ["lm_head"] = "output",
    };

    private static readonly Dictionary<string, string> Common = new(StringComparer.Ordinal)
    {
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.qkv_proj"] = "attn_qkv",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["self_attn.q_a_proj"] = "attn_q_a",
        ["self_attn.q_a_layernorm"] = "attn_q_a_norm",
        ["self_attn.q_b_proj"] = "attn_q_b",
        ["self_attn.kv_a_proj_with_mqa"] = "attn_kv_a_mqa",
        ["self_attn.kv_a_layernorm"] = "attn_kv_a_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.gate_up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
        ["mlp.c_fc"] = "ffn_up",
        ["mlp.c_proj"] = "ffn_down",
        ["mlp.gate"] = "ffn_gate_inp",
        ["block_sparse_moe.gate"] = "ffn_gate_inp",
        ["mlp.router"] = "ffn_gate_inp",
        ["mlp.shared_experts.gate_proj"] = "ffn_gate_shexp",
        ["mlp.shared_experts.up_proj"] = "ffn_up_shexp",
        ["mlp.shared_experts.down_proj"] = "ffn_down_shexp",
    };

    /// <summary>A norm before attention and one before the feed-forward network: Llama and most others.</summary>
    public static IReadOnlyDictionary<string, string> PreNorms { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["input_layernorm"] = "attn_norm",
            ["post_attention_layernorm"] = "ffn_norm",
        };

    /// <summary>Norms after attention and feed-forward network: Gemma 2 and 3 (which have both kinds), OLMo 2 and 3.</summary>
    public static IReadOnlyDictionary<string, string> PostNorms { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["input_layernorm"] = "attn_norm",
            ["post_attention_layernorm"] = "post_attention_norm",
            ["pre_feedforward_layernorm"] = "ffn_norm",
            ["post_feedforward_layernorm"] = "post_ffw_norm",
        };

    /// <summary>GPT-OSS: the norm before the experts has the name of one after attention.</summary>
    public static IReadOnlyDictionary<string, string> GptOss { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["input_layernorm"] = "attn_norm",
            ["post_attention_layernorm"] = "post_attention_norm",
        };

    /// <summary>GPT-2.</summary>
    public static IReadOnlyDictionary<string, string> Gpt2 { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ln_1"] = "attn_norm",
            ["attn.c_attn"] = "attn_qkv",
            ["attn.c_proj"] = "attn_output",
            ["ln_2"] = "ffn_norm",
        };

    /// <summary>BERT.</summary>
    public static IReadOnlyDictionary<string, string> Bert { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["attention.self.query"] = "attn_q",
            ["attention.self.key"] = "attn_k",
            ["attention.self.value"] = "attn_v",
            ["attention.output.dense"] = "attn_output",
            ["attention.output.LayerNorm"] = "attn_output_norm",
            ["intermediate.dense"] = "ffn_up",
            ["output.dense"] = "ffn_down",
            ["output.LayerNorm"] = "layer_output_norm",
        };

    /// <summary>Nomic's BERT.</summary>
    public static IReadOnlyDictionary<string, string> NomicBert { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["attn.Wqkv"] = "attn_qkv",
            ["attn.out_proj"] = "attn_output",
            ["norm1"] = "attn_output_norm",
            ["norm2"] = "layer_output_norm",
            ["mlp.fc11"] = "ffn_up",
            ["mlp.fc12"] = "ffn_gate",
            ["mlp.fc2"] = "ffn_down",
        };

    /// <summary>Whether a model runs without this tensor.</summary>
    public static bool IsUnused(string name) => Unused.Any(part => name.Contains(part, StringComparison.Ordinal));

    /// <summary>The layer number and the rest of a name, or layer -1 for a tensor outside the layers.</summary>
    public static (int Layer, string Stem) Split(string name)
    {
        foreach (string prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                name = name[prefix.Length..];
                break;
            }
        }
        foreach (string prefix in LayerPrefixes)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            int end = name.IndexOf('.', prefix.Length);
            if (
                end > 0
                && int.TryParse(name.AsSpan(prefix.Length, end - prefix.Length), NumberStyles.None, null, out int layer)
            )
                return (layer, name[(end + 1)..]);
        }
        return (-1, name);
    }

    /// <summary>The GGUF name of a tensor that is taken as it is, or null when the name is not known.</summary>
    public static string? Map(int layer, string rest, IReadOnlyDictionary<string, string> names)
    {
        int dot = rest.LastIndexOf('.');
        string suffix = dot < 0 ? "" : rest[(dot + 1)..];
        if (suffix is "gamma" or "beta") // old BERT checkpoints
            suffix = suffix == "gamma" ? "weight" : "bias";
        if (suffix is not ("weight" or "bias"))
            return null;
        string stem = rest[..dot];
        if (layer < 0)
            return Globals.TryGetValue(stem, out string? global) ? $"{global}.{suffix}" : null;
        return names.TryGetValue(stem, out string? local) || Common.TryGetValue(stem, out local)
            ? $"blk.{layer}.{local}.{suffix}"
            : null;
    }
}
