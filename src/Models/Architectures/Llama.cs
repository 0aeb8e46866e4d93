// Owns the wiring of Llama and its kin (Mistral, Mixtral): pre-norm blocks, grouped-query attention with rotary positions,
// gated feed-forward layers or a mixture of them. A sliding window in the file is ignored, as llama.cpp does.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Llama (arXiv 2302.13971, 2407.21783), Mistral (2310.06825), Mixtral (2401.04088).</summary>
internal static class Llama
{
    public static CausalModel Build(WeightReader weights)
    {
        var rope = RopeReader.Read(weights, RopeStyle.Interleaved);
        return new CausalModel(
            weights,
            Embedding.Read(weights),
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.RmsNorm("attn_norm"),
                Attention = Attention.Read(block, rope),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward =
                    weights.Keys.ExpertCount > 0 ? Experts(block) : FeedForward.ReadGated(block, Activation.Silu),
            }),
            OutputHead.Read(weights)
        );
    }

    private static MixtureOfExperts Experts(WeightReader block) =>
        MixtureOfExperts.Read(
            block,
            new Router { Used = block.Keys.Count("expert_used_count"), Normalize = true },
            Activation.Silu,
            block.Keys.FeedForwardLength
        );
}
