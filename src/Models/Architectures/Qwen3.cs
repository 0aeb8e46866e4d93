// Owns the wiring of Qwen 3: Llama's blocks with a norm of every head's query and key.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>Qwen 3 (arXiv 2505.09388), dense.</summary>
internal static class Qwen3
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
                Attention = ReadAttention(block, rope),
                FeedForwardNorm = block.RmsNorm("ffn_norm"),
                FeedForward = FeedForward.ReadGated(block, Activation.Silu),
            }),
            OutputHead.Read(weights)
        );
    }

    /// <summary>Attention with a norm of every head's query and key.</summary>
    public static Attention ReadAttention(WeightReader block, RotaryEmbedding rope) =>
        Attention.Read(block, rope) with
        {
            QueryNorm = block.RmsNorm("attn_q_norm", block.Keys.KeyLength),
            KeyNorm = block.RmsNorm("attn_k_norm", block.Keys.KeyLength),
        };
}
