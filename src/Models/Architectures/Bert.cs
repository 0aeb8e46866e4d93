// Owns the wiring of BERT: the original transformer's encoder. Every token sees every other; the residual stream runs
// through the norms; what comes out are embeddings.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>BERT (arXiv 1810.04805) and the sentence encoders made of it.</summary>
internal static class Bert
{
    public static CausalModel Build(WeightReader weights)
    {
        var keys = weights.Keys;
        return new CausalModel(
            weights,
            new Embedding
            {
                Tokens = weights.TokenEmbedding(),
                Positions = weights.Tensor("position_embd.weight", keys.TrainedContextLength, keys.EmbeddingLength),
                TokenType = weights.OptionalFirstRow("token_types.weight"),
                Norm = weights.LayerNorm("token_embd_norm"),
            },
            weights.Blocks(block => new PostNormBlock
            {
                Attention = Attention.Read(block, rope: null) with { Bidirectional = true },
                AttentionNorm = block.LayerNorm("attn_output_norm"),
                FeedForward = FeedForward.ReadPlain(block, Activation.GeluTanh),
                FeedForwardNorm = block.LayerNorm("layer_output_norm"),
            }),
            head: null
        );
    }
}
