// Owns what one stage of a pipeline brings to the question where to cut.
namespace Tern.Scheduling.Partitioning;

/// <summary>A stage beside its layers.</summary>
/// <param name="ExtraMs">Ms it spends on other things each batch: embedding, logits, sampling.</param>
/// <param name="Speed">How fast it computes layers; 1 is the speed at which their ms were measured.</param>
/// <param name="MaxLayers">Most layers its memory holds (<see cref="StageMemory.MaxLayers"/>).</param>
public readonly record struct StageLoad(double ExtraMs = 0, double Speed = 1, int MaxLayers = int.MaxValue);
