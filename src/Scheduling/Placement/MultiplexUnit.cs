// Owns one mesh of GPUs and the LLMs that share it.
namespace Tern.Scheduling.Placement;

/// <summary>An LLM unit (MuxServe, ICML 2024, §3.1): a mesh of GPUs and the LLMs colocated on it.</summary>
/// <param name="Gpus">GPUs of the mesh; every LLM of the unit is split over all of them.</param>
/// <param name="Llms">The LLMs in the order they were placed.</param>
public sealed record MultiplexUnit(int Gpus, IReadOnlyList<PlacedLlm> Llms);
