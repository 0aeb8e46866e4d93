// Owns the block whose residual stream runs beside the norms.
using Tern.Models.KvCache;

namespace Tern.Models.Layers;

/// <summary>
/// x += scale · after(attention(before(x))), then the same with the feed-forward layer. Most models have only the norms
/// before (GPT-2, Llama), OLMo 2 only those after, Gemma both.
/// </summary>
internal sealed class TransformerBlock : IBlock
{
    public Norm? AttentionNorm { get; init; }

    public required IAttention Attention { get; init; }

    public Norm? PostAttentionNorm { get; init; }

    public Norm? FeedForwardNorm { get; init; }

    public required IFeedForward FeedForward { get; init; }

    public Norm? PostFeedForwardNorm { get; init; }

    /// <summary>Factor on what is added to the residual stream.</summary>
    public float ResidualScale { get; init; } = 1;

    public KvLayerShape Kv => Attention.Kv;

    public void Forward(ForwardPass pass, Span<float> x)
    {
        var mark = pass.Mark();
        Add(pass, x, Attention.Forward(pass, Normalized(pass, AttentionNorm, x)), PostAttentionNorm);
        pass.Release(mark);
        Add(pass, x, FeedForward.Forward(pass, Normalized(pass, FeedForwardNorm, x)), PostFeedForwardNorm);
        pass.Release(mark);
    }

    private static ReadOnlySpan<float> Normalized(ForwardPass pass, Norm? norm, ReadOnlySpan<float> x) =>
        norm is null ? x : norm.Forward(pass, x);

    private void Add(ForwardPass pass, Span<float> x, Span<float> change, Norm? norm)
    {
        norm?.Apply(pass, change);
        if (ResidualScale == 1)
            pass.Backend.Add(x, change, x);
        else
            pass.Backend.AddScaled(x, change, ResidualScale);
    }
}
