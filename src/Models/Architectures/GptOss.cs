// Owns the wiring of gpt-oss: attention with sinks, every other layer through a window; mixtures of experts with biases
// whose weights are a softmax over the chosen.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>OpenAI gpt-oss (arXiv 2508.10925).</summary>
internal static class GptOss
{
    public static CausalModel Build(WeightReader weights)
    {
        var keys = weights.Keys;
        var rope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        var router = new Router { Used = keys.Count("expert_used_count"), Gating = Gating.SoftmaxOfChosen };
        int inner = keys.Count("expert_feed_forward_length");
        int window = keys.Count("attention.sliding_window");
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = Attention.Read(block, rope) with
                {
                    Sinks = block.Vector("attn_sinks.weight", keys.HeadCount),
                    Window = keys.IsSliding(block.Layer, period: 2) ? window : 0,
                },
                FeedForwardNorm = block.RmsNorm("post_attention_norm"),
                FeedForward = MixtureOfExperts.Read(block, router, Activation.ClippedSwiglu, inner),
            }),
            OutputHead.Read(weights)
        );
    }
}
