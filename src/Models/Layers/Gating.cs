// Owns the ways to turn a router's logits into weights.
namespace Tern.Models.Layers;

/// <summary>What happens to a router's logits.</summary>
internal enum Gating
{
    /// <summary>Softmax over all experts, then the choice.</summary>
    Softmax,

    /// <summary>Sigmoid of each, then the choice.</summary>
    Sigmoid,

    /// <summary>The choice, then softmax over the chosen.</summary>
    SoftmaxOfChosen,
}
