// Owns the wiring of Phi 3 and 4: Llama's blocks with queries, keys and values in one matrix and gate and up in another.
// A sliding window in the file is ignored, as llama.cpp does.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Phi 3 (arXiv 2404.14219).</summary>
internal static class Phi3
{
    public static CausalModel Build(WeightReader weights)
    {
        var rope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = Attention.Read(block, rope),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward = FeedForward.ReadFused(block, Activation.Silu),
            }),
            OutputHead.Read(weights)
        );
    }
}
