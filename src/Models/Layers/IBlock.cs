// Owns what a model asks of its blocks: two implementations, with the residual beside the norms and through them.
using Tern.Models.KvCache;

namespace Tern.Models.Layers;

/// <summary>One block of a transformer.</summary>
internal interface IBlock
{
    /// <summary>What the block keeps of a token.</summary>
    KvLayerShape Kv { get; }

    /// <summary>Updates the residual stream <c>[rows, width]</c> in place.</summary>
    void Forward(ForwardPass pass, Span<float> x);
}
