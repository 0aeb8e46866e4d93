// Owns the wiring of StarCoder 2: layer norms, rotary positions, feed-forward layers without a gate, biases everywhere.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>StarCoder 2 (arXiv 2402.19173).</summary>
internal static class StarCoder2
{
    public static CausalModel Build(WeightReader weights)
    {
        var rope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.LayerNorm("attn_norm"),
                Attention = Attention.Read(block, rope),
                FeedForwardNorm = block.LayerNorm("ffn_norm"),
                FeedForward = FeedForward.ReadPlain(block, Activation.GeluTanh),
            }),
            new OutputHead { Norm = weights.LayerNorm("output_norm"), Output = OutputHead.ReadOutput(weights) }
        );
    }
}
