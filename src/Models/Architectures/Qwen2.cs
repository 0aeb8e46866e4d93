// Owns the wiring of Qwen 2: Llama's blocks with biases on queries, keys and values.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Qwen 2 and 2.5 (arXiv 2407.10671, 2412.15115).</summary>
internal static class Qwen2
{
    public static CausalModel Build(WeightReader weights)
    {
        var rope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block =>
            {
                block.Require("attn_q.bias", "attn_k.bias", "attn_v.bias");
                return new TransformerBlock
                {
                    AttentionNorm = block.RmsNorm("attn_norm"),
                    Attention = Attention.Read(block, rope),
                    FeedForwardNorm = block.RmsNorm("ffn_norm"),
                    FeedForward = FeedForward.ReadGated(block, Activation.Silu),
                };
            }),
            OutputHead.Read(weights)
        );
    }
}
