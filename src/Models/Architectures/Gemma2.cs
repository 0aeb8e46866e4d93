// Owns the wiring of Gemma 2: norms before and after, every other layer looks through a window, scores and logits capped.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Gemma 2 (arXiv 2408.00118).</summary>
internal static class Gemma2
{
    /// <summary>The 27B model, known by its layers, scales scores by width per head instead of the head's length.</summary>
    private const int LayersOf27B = 46;

    public static CausalModel Build(WeightReader weights)
    {
        var keys = weights.Keys;
        var rope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        int window = keys.Count("attention.sliding_window", 4096);
        float softCap = keys.Finite("attn_logit_softcapping", 50);
        return new CausalModel(
            weights,
            Embedding.Read(weights, MathF.Sqrt(keys.EmbeddingLength)),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = Attention.Read(block, rope) with
                {
                    Window = keys.IsSliding(block.Layer, period: 2) ? window : 0,
                    SoftCap = softCap,
                    Scale = Scale(keys, LayersOf27B),
                },
                PostAttentionNorm = block.RmsNorm("post_attention_norm"),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward = FeedForward.ReadGated(block, Activation.GeluTanh),
                PostFeedForwardNorm = block.RmsNorm("post_ffw_norm"),
            }),
            new OutputHead
            {
                Norm = weights.RmsNorm("output_norm"),
                Output = OutputHead.ReadOutput(weights),
                SoftCap = keys.Finite("final_logit_softcapping", 30),
            }
        );
    }

    /// <summary>The factor on scores: 1/√(width per head) in the model with so many layers, else the usual.</summary>
    public static float Scale(Hyperparameters keys, int layersOf27B) =>
        keys.LayerCount == layersOf27B && !keys.Contains("attention.scale")
            ? 1 / MathF.Sqrt((float)keys.EmbeddingLength / keys.HeadCount)
            : keys.AttentionScale;
}
