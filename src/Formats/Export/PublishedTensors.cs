// Owns how tensors of GGUF become those of a Hugging Face directory: the inverse of what reading one does to them.
using Tern.Formats.HuggingFace;
using Tern.Tensors;

namespace Tern.Formats.Export;

/// <summary>Names and layouts of the architectures that are written.</summary>
internal static class PublishedTensors
{
    private static readonly Dictionary<string, string> Globals = new(StringComparer.Ordinal)
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    private static readonly Dictionary<string, string> Locals = new(StringComparer.Ordinal)
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>The tensor as it is published; rows of a Llama's queries and keys go back from pairs to halves.</summary>
    public static Tensor Of(Tensor tensor, DecoderShape shape)
    {
        string[] parts = tensor.Name.Split('.');
        string name = parts is ["blk", var layer, var local, var suffix]
            ? $"model.layers.{layer}.{Locals[local]}.{suffix}"
            : $"{Globals[parts[0]]}.{parts[1]}";
        int heads =
            parts is ["blk", _, var matrix, "weight"] && shape.Architecture == ConfigFiles.Llama
                ? matrix switch
                {
                    "attn_q" => shape.Heads,
                    "attn_k" => shape.KvHeads,
                    _ => 0,
                }
                : 0;
        return heads > 0 ? WeightTransforms.SplitPairs(name, tensor, heads) : tensor.Reshape(name, tensor.Shape);
    }
}
