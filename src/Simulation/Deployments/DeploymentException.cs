// Owns the error of a deployment that cannot be.
namespace Tern.Simulation.Deployments;

/// <summary>A system, model, device or number that does not go together with the others.</summary>
/// <param name="what">What was asked for.</param>
/// <param name="problem">Why it cannot be, and what would be valid.</param>
public sealed class DeploymentException(string what, string problem) : ArgumentException($"{what}: {problem}")
{
    /// <summary>What was asked for.</summary>
    public string What { get; } = what;
}
