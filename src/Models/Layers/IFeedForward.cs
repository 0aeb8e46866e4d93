// Owns what a block asks of its feed-forward layer: two implementations, dense and mixture of experts.
namespace Tern.Models.Layers;

/// <summary>Works on every token alone.</summary>
internal interface IFeedForward
{
    /// <summary><c>[rows, width]</c> to the same shape in scratch memory.</summary>
    Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x);
}
