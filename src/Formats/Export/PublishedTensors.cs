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
        ["ffn_gate_inp"] = "mlp.gate",
    };

    private static readonly Dictionary<string, string> Experts = new(StringComparer.Ordinal)
    {
        ["ffn_gate_exps"] = "gate_proj",
        ["ffn_up_exps"] = "up_proj",
        ["ffn_down_exps"] = "down_proj",
    };

    /// <summary>
    /// The tensor as it is published: rows of a Llama's queries and keys go back from pairs to halves, and experts become
    /// matrices of their own.
    /// </summary>
    public static IEnumerable<Tensor> Of(Tensor tensor, DecoderShape shape)
    {
        string[] parts = tensor.Name.Split('.');
        if (parts is not ["blk", var layer, var local, var suffix])
            return [tensor.Reshape($"{Globals[parts[0]]}.{parts[1]}", tensor.Shape)];
        string block = $"model.layers.{layer}.";
        if (Experts.TryGetValue(local, out string? matrix))
            return Enumerable
                .Range(0, shape.Experts)
                .Select(expert =>
                {
                    var one = tensor.Slice(expert);
                    return one.Reshape($"{block}mlp.experts.{expert}.{matrix}.{suffix}", one.Shape);
                });
        string name = $"{block}{Locals[local]}.{suffix}";
        int heads = shape.Architecture == ConfigFiles.Llama && suffix == "weight" ? HeadsOf(local, shape) : 0;
        return [heads > 0 ? WeightTransforms.SplitPairs(name, tensor, heads) : tensor.Reshape(name, tensor.Shape)];
    }

    private static int HeadsOf(string matrix, DecoderShape shape) =>
        matrix switch
        {
            "attn_q" => shape.Heads,
            "attn_k" => shape.KvHeads,
            _ => 0,
        };
}
