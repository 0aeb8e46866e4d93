// Owns the list of systems that can be simulated: one line each, and how each kind is put on devices.
using Tern.Scheduling.Routing;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Deployments;

/// <summary>Every system that <see cref="SimulatedDeployment"/> knows.</summary>
public static class DeploymentCatalog
{
    internal static IReadOnlyList<DeployableSystem> Entries { get; } =
    [
        DeploymentFactories.Replicated(FasterTransformer.System),
        DeploymentFactories.Replicated(Orca.System),
        DeploymentFactories.Replicated(Vllm.System) with
        {
            ProfiledEngine = "vllm",
        },
        DeploymentFactories.Replicated(SarathiServe.System),
        DeploymentFactories.Replicated(FastServe.System),
        DeploymentFactories.Replicated(FastServe.Released),
        DeploymentFactories.Disaggregated(DistServe.System),
        DeploymentFactories.Disaggregated(Mooncake.System) with
        {
            CachesPrefixes = true,
            BlockSize = PrefixIndex.ChunkTokens,
        },
        DeploymentFactories.Replicated(Cake.Load),
        DeploymentFactories.Replicated(Cake.System),
        DeploymentFactories.Replicated(Cake.Auto),
        DeploymentFactories.Replicated(TernServe.System) with
        {
            CachesPrefixes = true,
        },
        DeploymentFactories.LongServe(),
        DeploymentFactories.Multiplexed(MuxServe.System),
        DeploymentFactories.MovingLayers(DynaPipe.System),
        DeploymentFactories.MovingLayers(DynaPipe.Exact),
        DeploymentFactories.SharedDevice(Bullet.System),
    ];

    /// <summary>Name, publication and use of devices of every system.</summary>
    public static IReadOnlyList<(string Name, string Source, string Layout)> All { get; } =
    [.. Entries.Select(entry => (entry.Name, entry.Source, entry.Layout))];

    /// <summary>The system with this name.</summary>
    /// <exception cref="DeploymentException">There is none; the message lists those there are.</exception>
    internal static DeployableSystem Get(string name) =>
        Entries.FirstOrDefault(entry => entry.Name == name)
        ?? throw new DeploymentException(
            $"system '{name}'",
            $"unknown; known are {string.Join(", ", Entries.Select(entry => entry.Name))}"
        );
}
