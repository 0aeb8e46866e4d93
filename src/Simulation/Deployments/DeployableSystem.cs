// Owns one entry of the catalog of systems that can be simulated.
using Tern.Scheduling;

namespace Tern.Simulation.Deployments;

/// <summary>A system, and how it is put on devices.</summary>
/// <param name="Name">Name on the command line and in tables.</param>
/// <param name="Source">Where it was published.</param>
/// <param name="Layout">How it uses its devices, in a few words.</param>
/// <param name="Simulation">Makes its simulation; throws <see cref="DeploymentException"/> where it needs something else.</param>
internal sealed record DeployableSystem(
    string Name,
    string Source,
    string Layout,
    Func<DeploymentParts, RunGauges?, ISimulation> Simulation
)
{
    /// <summary>Whether prompts are looked up in a prefix cache, as the published system does.</summary>
    public bool CachesPrefixes { get; init; }

    /// <summary>Tokens of a KV block.</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>Whether it moves keys and values to host memory.</summary>
    public bool Swaps { get; init; }

    /// <summary>Instances it takes at a time: a prefill instance is nothing without one that decodes.</summary>
    public Func<PhaseSplit, int> InstancesAtATime { get; init; } = _ => 1;

    /// <summary>Whether it brings prefixes back from a slower tier.</summary>
    public bool Restores { get; init; }

    /// <summary>The engine whose published step times are its own: of the two that are published, vLLM's only for vLLM.</summary>
    public string ProfiledEngine { get; init; } = "distserve";

    /// <summary>A composition that the cluster simulator runs.</summary>
    public static DeployableSystem Of(
        ServingSystem system,
        string layout,
        Func<DeploymentParts, RunGauges?, ISimulation> simulation
    ) =>
        new(system.Name, system.Source, layout, simulation)
        {
            Swaps = system.Preemption.Swaps,
            Restores = system.Restore is not null,
        };
}
