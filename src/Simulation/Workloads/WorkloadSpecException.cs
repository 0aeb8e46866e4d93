// Owns the error of a workload that cannot be understood.
namespace Tern.Simulation.Workloads;

/// <summary>A workload's description is wrong.</summary>
/// <param name="key">The key that is wrong, or empty for the description as a whole.</param>
/// <param name="problem">The value and what would be valid.</param>
public sealed class WorkloadSpecException(string key, string problem)
    : FormatException($"workload{(key.Length > 0 ? $", {key}" : "")}: {problem}")
{
    /// <summary>The key that is wrong, or empty for the description as a whole.</summary>
    public string Key { get; } = key;
}
