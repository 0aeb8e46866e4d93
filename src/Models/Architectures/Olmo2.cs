// Owns the wiring of OLMo 2 and 3: norms only after attention and feed-forward layer, and of all queries and all keys
// together. OLMo 3 adds a window on three layers of four; those keep their rotary positions unscaled.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>OLMo 2 (arXiv 2501.00656) and OLMo 3.</summary>
internal static class Olmo2
{
    public static CausalModel Build(WeightReader weights)
    {
        var keys = weights.Keys;
        var globalRope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        var localRope = RopeReader.Unscaled(
            weights,
            RopeStyle.HalfSplit,
            RopeReader.SlidingBase(keys, RopeReader.Base(keys))
        );
        int window = keys.SlidingWindow;
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block =>
            {
                bool local = window > 0 && keys.IsSliding(block.Layer, period: 4);
                return new TransformerBlock
                {
                    Attention = Attention.Read(block, local ? localRope : globalRope) with
                    {
                        Window = local ? window : 0,
                        QueryNorm = block.RmsNorm("attn_q_norm", keys.HeadCount * keys.KeyLength),
                        KeyNorm = block.RmsNorm("attn_k_norm", keys.KvHeadCount * keys.KeyLength),
                    },
                    PostAttentionNorm = block.RmsNorm("post_attention_norm"),
                    FeedForward = FeedForward.ReadGated(block, Activation.Silu),
                    PostFeedForwardNorm = block.RmsNorm("post_ffw_norm"),
                };
            }),
            OutputHead.Read(weights)
        );
    }
}
