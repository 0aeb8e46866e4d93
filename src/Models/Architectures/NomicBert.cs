// Owns the wiring of Nomic's BERT: BERT with rotary positions and gated feed-forward layers, without biases.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Nomic Embed (arXiv 2402.01613).</summary>
internal static class NomicBert
{
    public static CausalModel Build(WeightReader weights)
    {
        var rope = RopeReader.Read(weights, RopeStyle.HalfSplit);
        return new CausalModel(
            weights,
            new Embedding
            {
                Tokens = weights.TokenEmbedding(),
                TokenType = weights.OptionalFirstRow("token_types.weight"),
                Norm = weights.LayerNorm("token_embd_norm"),
            },
            weights.Blocks(block => new PostNormBlock
            {
                Attention = Attention.Read(block, rope) with { Bidirectional = true },
                AttentionNorm = block.LayerNorm("attn_output_norm"),
                FeedForward = FeedForward.ReadGated(block, Activation.Silu),
                FeedForwardNorm = block.LayerNorm("layer_output_norm"),
            }),
            head: null
        );
    }
}
