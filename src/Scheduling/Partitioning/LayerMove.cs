// Owns the description of one layer changing its stage.
namespace Tern.Scheduling.Partitioning;

/// <summary>A layer and its keys and values go from one stage to another.</summary>
/// <param name="Layer">Number of the layer, from 0.</param>
/// <param name="From">Stage that has it.</param>
/// <param name="To">Stage that gets it.</param>
public readonly record struct LayerMove(int Layer, int From, int To);
