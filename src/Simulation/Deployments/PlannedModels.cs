// Owns what a plan file, of one model or several, says before there are requests.
using Tern.Simulation.Planning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>A plan of <c>tern plan</c>: models and devices, and the way to deploy them.</summary>
public sealed class PlannedModels
{
    private readonly Func<DeploymentSpec, RatedWorkload, IDeployment> _deploy;

    private PlannedModels(
        IReadOnlyList<ServedModel> models,
        string device,
        int devices,
        Func<DeploymentSpec, RatedWorkload, IDeployment> deploy
    ) => (Models, Device, Devices, _deploy) = (models, device, devices, deploy);

    /// <summary>The models, those with most requests first.</summary>
    public IReadOnlyList<ServedModel> Models { get; }

    /// <summary>The device.</summary>
    public string Device { get; }

    /// <summary>Devices that the plan uses, or of several models may use.</summary>
    public int Devices { get; }

    /// <summary>Reads a plan file of either kind.</summary>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    /// <exception cref="ModelNameException">The model is unknown.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PlannedModels Read(string path)
    {
        if (PlanFile.IsMultiplexed(path))
        {
            var several = PlanFile.ReadMultiplexed(path);
            return new(
                several.Served,
                several.Device,
                several.Gpus,
                (spec, workload) => MultiplexedDeployment.Of(several, spec, ModelLoad.Of(workload, several.Served))
            );
        }
        var plan = PlanFile.Read(path);
        return new(
            [new ServedModel(plan.Model, ServedModel.ShapeOf(plan.Model))],
            plan.Device,
            plan.Ranked[0].Gpus,
            (spec, _) => PlannedSystem.Of(plan, spec)
        );
    }

    /// <summary>The deployment that the plan puts first.</summary>
    /// <param name="spec">Everything that the plan does not say.</param>
    /// <param name="workload">The requests; of several models they give each one's rate and lengths.</param>
    /// <exception cref="DeploymentException">It cannot be deployed.</exception>
    /// <exception cref="ModelNameException">A request asks for a model that is not in the plan, or none asks for one that is.</exception>
    public IDeployment Deploy(DeploymentSpec spec, RatedWorkload workload) => _deploy(spec, workload);
}
