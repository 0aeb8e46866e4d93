// Owns several models that share devices as MuxServe has them share.
using System.Globalization;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Scheduling.Systems;
using Tern.Simulation.Planning;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>
/// Models on meshes that they share in space and time (MuxServe, ICML 2024), placed once, for the rates of the workload as it is, by the
/// search of <c>tern plan</c> or by a plan it wrote.
/// </summary>
public sealed class MultiplexedDeployment : IDeployment
{
    // As in the published testbed; a mesh never spans two nodes.
    private const int NodeDevices = 8;

    private readonly MultiplexedPlan _plan;
    private readonly IReadOnlyList<ModelLoad> _loads;
    private readonly DeviceSheet _device;
    private readonly UnitPlan[] _units;

    private MultiplexedDeployment(
        DeploymentSpec spec,
        MultiplexedPlan plan,
        IReadOnlyList<ModelLoad> loads,
        string name
    )
    {
        Require(
            spec.Pipeline == 1 && spec.Tensor == 1,
            "the placement cuts its meshes itself; leave tensor and pipeline at 1"
        );
        Require(
            spec.Latency == LatencySource.Roofline,
            "its simulation needs the times of shares of a device, which only the roofline gives; leave the latency at roofline"
        );
        (Spec, Name, _plan, _loads, _device) = (spec, name, plan, loads, SimulatedDeployment.DeviceOf(spec));
        _units = MultiplexedUnits.Of(plan, loads.ToDictionary(load => load.Model.Name), _device, spec);
    }

    /// <inheritdoc/>
    public DeploymentSpec Spec { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Models => [.. _loads.Select(load => load.Model.Name)];

    /// <inheritdoc/>
    public string Layout => "phases side by side on shared devices, models together on meshes";

    /// <inheritdoc/>
    public string Instances =>
        string.Join(
            "; ",
            _plan.Units.Select(unit =>
                $"{string.Join(" + ", unit.Models.Select(placed => placed.Name))} on {unit.Gpus} × {Spec.Device}"
            )
        )
        + (Spec.Devices - _plan.Units.Sum(unit => unit.Gpus) is > 0 and var idle ? $"; {idle} idle" : "")
        + Text($"; placed for {_loads.Sum(load => load.RatePerSecond):0.##} req/s");

    /// <summary>Searches a placement.</summary>
    /// <exception cref="DeploymentException">There is none, or the devices make no whole nodes.</exception>
    public static MultiplexedDeployment Of(DeploymentSpec spec, IReadOnlyList<ModelLoad> loads)
    {
        Require(
            spec.Devices is >= 1 and <= NodeDevices || (spec.Devices > 0 && spec.Devices % NodeDevices == 0),
            $"{spec.Devices} devices make no whole nodes of {NodeDevices}; give 1 to {NodeDevices}, or a multiple of {NodeDevices}"
        );
        var device = SimulatedDeployment.DeviceOf(spec);
        var link = LinkPlan.GigabytesPerSecond(device.InterconnectBytesPerSecond / 1e9);
        var cluster = new ClusterDescription
        {
            Nodes = Math.Max(1, spec.Devices / NodeDevices),
            GpusPerNode = Math.Min(spec.Devices, NodeDevices),
            Device = device,
            Interconnect = link,
            Network = link,
        };
        try
        {
            return new(spec, MultiplexPlanner.Plan(cluster, loads), loads, MuxServe.System.Name);
        }
        catch (NoPlacementException none)
        {
            throw new DeploymentException(MuxServe.System.Name, none.Message);
        }
    }

    /// <summary>Takes a placement as a plan has it.</summary>
    /// <exception cref="DeploymentException">Its models cannot share its meshes.</exception>
    internal static MultiplexedDeployment Of(
        MultiplexedPlan plan,
        DeploymentSpec spec,
        IReadOnlyList<ModelLoad> loads
    ) =>
        new(
            spec with
            {
                System = MuxServe.System.Name,
                Model = string.Join(", ", plan.Served),
                Device = plan.Device,
                Devices = plan.Gpus,
            },
            plan,
            loads,
            PlannedSystem.Named(MuxServe.System.Name)
        );

    /// <inheritdoc/>
    public ISimulation Simulation(RunGauges? gauges = null)
    {
        try
        {
            return new MultiplexedSimulation(_units, MuxServe.System) { Gauges = gauges };
        }
        catch (ArgumentException problem)
        {
            throw new DeploymentException(Name, problem.Message);
        }
    }

    /// <inheritdoc/>
    /// <remarks>An objective that one model can meet is not impossible, though others may miss it always.</remarks>
    public void CheckObjective(ServiceObjective objective, MetricDefinitions definitions)
    {
        var steps = _units
            .SelectMany(unit =>
                unit.Llms.Select(llm => (Model: $"{llm.Name} on {unit.Gpus} × {Spec.Device}", llm.Latency))
            )
            .ToList();
        var quickest = steps.MinBy(step => step.Latency.StepMs(StepShape.Decode(1, 2)));
        ObjectiveCheck.Throw(objective, definitions, quickest.Latency, $"{Name} with {quickest.Model}");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
            throw new DeploymentException(MuxServe.System.Name, problem);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
