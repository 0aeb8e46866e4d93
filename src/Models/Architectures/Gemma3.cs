// Owns the wiring of Gemma 3: norms before and after and of queries and keys; five layers in six look through a window and
// have rotary positions of their own.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Gemma 3 (arXiv 2503.19786), text.</summary>
internal static class Gemma3
{
    private const int LayersOf27B = 62;

    public static CausalModel Build(WeightReader weights)
    {
        var keys = weights.Keys;
        var globalRope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        var localRope = RopeReader.Unscaled(weights, RopeStyle.HalfSplit, RopeReader.SlidingBase(keys, 10_000));
        int window = keys.Count("attention.sliding_window");
        return new CausalModel(
            weights,
            Embedding.Read(weights, MathF.Sqrt(keys.EmbeddingLength)),
            weights.Blocks(block =>
            {
                bool local = keys.IsSliding(block.Layer, period: 6);
                return new TransformerBlock
                {
                    AttentionNorm = block.RmsNorm("attn_norm"),
                    Attention = Qwen3.ReadAttention(block, local ? localRope : globalRope) with
                    {
                        Window = local ? window : 0,
                        Scale = Gemma2.Scale(keys, LayersOf27B),
                    },
                    PostAttentionNorm = block.RmsNorm("post_attention_norm"),
                    FeedForwardNorm = block.RmsNorm("ffn_norm"),
                    FeedForward = FeedForward.ReadGated(block, Activation.GeluTanh),
                    PostFeedForwardNorm = block.RmsNorm("post_ffw_norm"),
                };
            }),
            new OutputHead
            {
                Norm = weights.RmsNorm("output_norm"),
                Output = OutputHead.ReadOutput(weights),
                SoftCap = keys.Finite("final_logit_softcapping", 0),
            }
        );
    }
}
