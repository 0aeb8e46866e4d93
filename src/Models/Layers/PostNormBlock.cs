// Owns the block of the original transformer, whose residual stream runs through the norms.
using Tern.Models.KvCache;

namespace Tern.Models.Layers;

/// <summary>x = norm(x + attention(x)), then x = norm(x + feedforward(x)) (arXiv 1706.03762; BERT, arXiv 1810.04805).</summary>
internal sealed class PostNormBlock : IBlock
{
    public required IAttention Attention { get; init; }

    public required Norm AttentionNorm { get; init; }

    public required IFeedForward FeedForward { get; init; }

    public required Norm FeedForwardNorm { get; init; }

    public KvLayerShape Kv => Attention.Kv;

    public void Forward(ForwardPass pass, Span<float> x)
    {
        var mark = pass.Mark();
        pass.Backend.Add(x, Attention.Forward(pass, x), x);
        AttentionNorm.Apply(pass, x);
        pass.Release(mark);
        pass.Backend.Add(x, FeedForward.Forward(pass, x), x);
        FeedForwardNorm.Apply(pass, x);
        pass.Release(mark);
    }
}
