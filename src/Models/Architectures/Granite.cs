// Owns the wiring of Granite 3: Llama's blocks with factors on embeddings, residuals, attention and logits.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>IBM Granite 3, dense (maximal update parametrization, arXiv 2203.03466).</summary>
internal static class Granite
{
    public static CausalModel Build(WeightReader weights)
    {
        var keys = weights.Keys;
        var rope = RopeReader.Read(weights, RopeStyle.Interleaved);
        float residualScale = keys.Factor("residual_scale");
        return new CausalModel(
            weights,
            Embedding.Read(weights, keys.Factor("embedding_scale")),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = Attention.Read(block, rope),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward = FeedForward.ReadGated(block, Activation.Silu),
                ResidualScale = residualScale,
            }),
            new OutputHead
            {
                Norm = weights.RmsNorm("output_norm"),
                Output = OutputHead.ReadOutput(weights),
                Scale = 1 / keys.Factor("logit_scale"),
            }
        );
    }
}
