// Owns the error of models that are named wrongly: by whoever serves them, or by a request.
namespace Tern.Simulation.Workloads;

/// <summary>A model that is served, or that a request asks for, cannot be.</summary>
/// <param name="what">The name, or the row and field that has it.</param>
/// <param name="problem">Why it cannot be, and what would be valid.</param>
public sealed class ModelNameException(string what, string problem) : ArgumentException($"{what}: {problem}")
{
    /// <summary>The name, or the row and field that has it.</summary>
    public string What { get; } = what;
}
