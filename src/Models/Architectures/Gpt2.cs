// Owns the wiring of GPT-2: learned positions, layer norms before, queries, keys and values in one matrix.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Models.Loading;

namespace Tern.Models.Architectures;

/// <summary>GPT-2 (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners").</summary>
internal static class Gpt2
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
            },
            weights.Blocks(block => new TransformerBlock
            {
                AttentionNorm = block.LayerNorm("attn_norm"),
                Attention = Attention.Read(block, rope: null),
                FeedForwardNorm = block.LayerNorm("ffn_norm"),
                FeedForward = FeedForward.ReadPlain(block, Activation.GeluTanh),
            }),
            new OutputHead { Norm = weights.LayerNorm("output_norm"), Output = OutputHead.ReadOutput(weights) }
        );
    }
}
