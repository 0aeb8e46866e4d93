// Owns several models on the devices of a system that serves one: each has devices of its own.
using System.Globalization;
using Tern.Scheduling.Latency;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>
/// Spatial partitioning: every model is deployed alone. It first gets the smallest instance that its weights fit into; then, one instance
/// after the other, the model with the most work for each of its devices gets another, until none fits into what is left.
/// </summary>
public sealed class PartitionedDeployment : IDeployment
{
    private readonly IReadOnlyList<SimulatedDeployment> _shares;

    private PartitionedDeployment(
        DeploymentSpec spec,
        IReadOnlyList<string> models,
        IReadOnlyList<SimulatedDeployment> shares
    ) => (Spec, Models, _shares) = (spec, models, shares);

    /// <inheritdoc/>
    public DeploymentSpec Spec { get; }

    /// <inheritdoc/>
    public string Name => _shares[0].Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Models { get; }

    /// <inheritdoc/>
    public string Layout => $"{_shares[0].Layout}, each model on devices of its own";

    /// <inheritdoc/>
    public string Instances =>
        string.Join("; ", Models.Zip(_shares, (model, share) => $"{model} {Cut(share.Spec)}")) + Idle();

    /// <summary>Devices of each model, in their order.</summary>
    public IReadOnlyList<int> Devices => [.. _shares.Select(share => share.Spec.Devices)];

    /// <summary>Divides devices between models.</summary>
    /// <param name="spec">A system and devices; its tensor degree is the least that an instance gets.</param>
    /// <param name="loads">The models and what is asked of them.</param>
    /// <exception cref="DeploymentException">The models do not fit, or the system cannot be deployed like this.</exception>
    public static PartitionedDeployment Of(DeploymentSpec spec, IReadOnlyList<ModelLoad> loads)
    {
        var atATime = DeploymentCatalog.Get(spec.System).InstancesAtATime(spec.Split);
        DeploymentSpec[] smallest = [.. loads.Select(load => Smallest(spec, load.Model, atATime))];
        int[] devices = [.. smallest.Select(share => share.Devices)];
        if (devices.Sum() > spec.Devices)
            throw new DeploymentException(
                $"{spec.System} with {loads.Count} models on {spec.Devices} × {spec.Device}",
                $"each model has devices of its own, at the least {string.Join(", ", loads.Zip(devices, (load, count) => $"{load.Model.Name} {count}"))}; give {devices.Sum()} devices or more, or fewer models"
            );
        while (Neediest(loads, smallest, devices, spec.Devices - devices.Sum()) is { } next)
            devices[next] += smallest[next].Devices;
        return new PartitionedDeployment(
            spec,
            [.. loads.Select(load => load.Model.Name)],
            [.. smallest.Zip(devices, (share, count) => SimulatedDeployment.Of(share with { Devices = count }))]
        );
    }

    /// <inheritdoc/>
    /// <exception cref="ModelNameException">While it runs: a request asks for a model that is not served.</exception>
    public ISimulation Simulation(RunGauges? gauges = null)
    {
        string[] names = [.. Models];
        return new SideBySide(
            [
                .. _shares.Select(
                    (share, i) =>
                        new SideBySide.Part(
                            share.Spec.Devices,
                            share.KvBlockBytes,
                            share.Simulation,
                            all =>
                                all.Where(request => ModelLoad.IndexOf(names, request, "workload") == i)
                                    .Select(request => request with { Model = "" })
                        )
                ),
            ],
            gauges
        );
    }

    /// <inheritdoc/>
    /// <remarks>An objective that one model can meet is not impossible, though others may miss it always.</remarks>
    public void CheckObjective(ServiceObjective objective, MetricDefinitions definitions)
    {
        DeploymentException? problem = null;
        foreach (var share in _shares)
        {
            try
            {
                share.CheckObjective(objective, definitions);
                return;
            }
            catch (DeploymentException impossible)
            {
                problem = impossible;
            }
        }
        throw problem!;
    }

    /// <summary>The least devices on which a model runs alone: the tensor degree is doubled until keys and values have room.</summary>
    private static DeploymentSpec Smallest(DeploymentSpec spec, ServedModel model, int atATime)
    {
        var device = SimulatedDeployment.DeviceOf(spec);
        var tensor = Math.Max(1, spec.Tensor);
        while (
            2 * tensor <= model.Shape.Heads
            && KvCapacity.Tokens(
                device.MemoryBytes,
                model.Shape,
                tensor,
                Math.Clamp(spec.Pipeline, 1, model.Shape.Layers)
            ) == 0
        )
            tensor *= 2;
        var least = spec with { Model = model.Shape.Name, Tensor = tensor, Devices = atATime * tensor * spec.Pipeline };
        // Refused here, a system is refused for its own reasons and not for a share it was given.
        SimulatedDeployment.Of(least);
        return least;
    }

    private static int? Neediest(IReadOnlyList<ModelLoad> loads, DeploymentSpec[] smallest, int[] devices, int left)
    {
        int? neediest = null;
        for (var i = 0; i < devices.Length; i++)
        {
            if (
                smallest[i].Devices <= left
                && (neediest is not { } best || loads[i].Work / devices[i] > loads[best].Work / devices[best])
            )
                neediest = i;
        }
        return neediest;
    }

    private static string Cut(DeploymentSpec share)
    {
        var pipeline = share.Pipeline > 1 ? $", pipeline {share.Pipeline}" : "";
        return Text(
            $"{share.Devices / share.Tensor / share.Pipeline} × {share.Device} (tensor {share.Tensor}{pipeline})"
        );
    }

    private string Idle() => Spec.Devices - Devices.Sum() is > 0 and var idle ? $"; {idle} idle" : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
