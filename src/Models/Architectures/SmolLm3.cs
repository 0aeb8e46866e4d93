// Owns the wiring of SmolLM 3: Llama's blocks, every fourth without rotary positions.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>SmolLM 3 (positions left out of every fourth layer: arXiv 2501.18795).</summary>
internal static class SmolLm3
{
    private const int LayersPerUnrotated = 4;

    public static CausalModel Build(WeightReader weights)
    {
        var rope = RopeReader.Read(weights, RopeStyle.Interleaved);
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = Attention.Read(block, (block.Layer + 1) % LayersPerUnrotated == 0 ? null : rope),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward = FeedForward.ReadGated(block, Activation.Silu),
            }),
            OutputHead.Read(weights)
        );
    }
}
