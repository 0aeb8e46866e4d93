// Owns how the compute units of a device are divided between the phases.
namespace Tern.Scheduling.Partitioning;

/// <summary>Units for each phase; together at most the device's.</summary>
/// <param name="Prefill">Units of the prefill.</param>
/// <param name="Decode">Units of the decode; 0 with a prefill that has some: decode is paused.</param>
public readonly record struct UnitSplit(int Prefill, int Decode);
