// Owns the dense feed-forward layer, with and without a gate.
using Tern.Kernels;
using Tern.Models.Loading;

namespace Tern.Models.Layers;

/// <summary>down(activation(gate(x)) · up(x)) (GLU variants, arXiv 2002.05202), or down(activation(up(x))) without a gate.</summary>
internal sealed class FeedForward(Linear? gate, Linear up, Linear down, Activation activation) : IFeedForward
{
    /// <summary>The tensors ffn_gate, ffn_up and ffn_down.</summary>
    public static FeedForward ReadGated(WeightReader block, Activation activation) =>
        ReadGated(block, activation, suffix: "", block.Keys.FeedForwardLength);

    /// <summary>The tensors ffn_gateSUFFIX, ffn_upSUFFIX and ffn_downSUFFIX of the given inner width.</summary>
    public static FeedForward ReadGated(WeightReader block, Activation activation, string suffix, long inner)
    {
        int width = block.Keys.EmbeddingLength;
        return new FeedForward(
            block.Linear("ffn_gate" + suffix, inner, width),
            block.Linear("ffn_up" + suffix, inner, width),
            block.Linear("ffn_down" + suffix, width, inner),
            activation
        );
    }

    /// <summary>Gate and up in one tensor ffn_up, the gate first.</summary>
    public static FeedForward ReadFused(WeightReader block, Activation activation)
    {
        int width = block.Keys.EmbeddingLength;
        int inner = block.Keys.FeedForwardLength;
        var fused = block.Fused("ffn_up", width, inner, inner);
        return new FeedForward(fused[0], fused[1], block.Linear("ffn_down", width, inner), activation);
    }

    /// <summary>The tensors ffn_up and ffn_down.</summary>
    public static FeedForward ReadPlain(WeightReader block, Activation activation)
    {
        int width = block.Keys.EmbeddingLength;
        int inner = block.Keys.FeedForwardLength;
        return new FeedForward(
            gate: null,
            block.Linear("ffn_up", inner, width),
            block.Linear("ffn_down", width, inner),
            activation
        );
    }

    public Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x)
    {
        if (gate is null)
        {
            var inner = up.Forward(pass, x);
            pass.Backend.Activate(inner, inner, activation);
            return down.Forward(pass, inner);
        }
        var gated = gate.Forward(pass, x);
        pass.Backend.Gate(gated, up.Forward(pass, x), gated, activation);
        return down.Forward(pass, gated);
    }
}
