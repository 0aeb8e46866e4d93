// Owns what a block asks of its attention: two implementations, ordinary and latent.
using Tern.Models.KvCache;

namespace Tern.Models.Layers;

/// <summary>Lets tokens look at earlier ones.</summary>
internal interface IAttention
{
    /// <summary>What the layer keeps of a token.</summary>
    KvLayerShape Kv { get; }

    /// <summary><c>[rows, width]</c> to the same shape in scratch memory; stores keys and values on the way.</summary>
    Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x);
}
