// Owns the wiring of Qwen 3's mixtures of experts: Qwen 3's attention, every feed-forward layer a mixture.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Qwen 3 (arXiv 2505.09388), mixture of experts.</summary>
internal static class Qwen3Moe
{
    public static CausalModel Build(WeightReader weights)
    {
        var rope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        var router = new Router { Used = weights.Keys.Count("expert_used_count"), Normalize = true };
        int inner = weights.Keys.Count("expert_feed_forward_length");
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = Qwen3.ReadAttention(block, rope),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward = MixtureOfExperts.Read(block, router, Activation.Silu, inner),
            }),
            OutputHead.Read(weights)
        );
    }
}
