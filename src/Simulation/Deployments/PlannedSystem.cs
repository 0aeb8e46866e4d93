// Owns a plan for one model as a deployment: copies that take requests in turn, as the planner rated them.
using System.Globalization;
using Tern.Scheduling;
using Tern.Scheduling.Systems;
using Tern.Simulation.Planning;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Deployments;

/// <summary>The deployment that a plan puts first, with prefill and decode instances cut as it says.</summary>
public sealed class PlannedSystem : IDeployment
{
    private readonly PlannedDeployment _planned;
    private readonly SimulatedDeployment _first;
    private readonly SimulatedDeployment? _decode;

    private PlannedSystem(
        DeploymentSpec spec,
        PlannedDeployment planned,
        SimulatedDeployment first,
        SimulatedDeployment? decode
    ) => (Spec, _planned, _first, _decode) = (spec, planned, first, decode);

    /// <inheritdoc/>
    public DeploymentSpec Spec { get; }

    /// <inheritdoc/>
    public string Name => Named(_planned.System);

    /// <inheritdoc/>
    public IReadOnlyList<string> Models => [];

    /// <inheritdoc/>
    public string Layout => "as planned";

    /// <inheritdoc/>
    public string Instances =>
        $"{Spec.Model}, {_planned.Copies} × "
        + (
            _decode is null
                ? Cut("", _planned.Instance!, _first)
                : $"({Cut("prefill ", _planned.Prefill!, _first)} and {Cut("decode ", _planned.Decode!, _decode)})"
        );

    /// <summary>What a planned system is called among others.</summary>
    internal static string Named(string system) => $"{system} (plan)";

    /// <summary>The first deployment of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="spec">Everything that the plan does not say.</param>
    /// <exception cref="DeploymentException">It cannot be deployed.</exception>
    public static PlannedSystem Of(DeploymentPlan plan, DeploymentSpec spec)
    {
        var planned = plan.Ranked[0];
        spec = spec with { System = planned.System, Model = plan.Model, Device = plan.Device, Devices = planned.Gpus };
        return planned.Instance is { } both
            ? new(spec, planned, Instance(both, 1), null)
            : new(spec, planned, Instance(planned.Prefill!, 2), Instance(planned.Decode!, 2));

        // A system with two kinds of instances is checked with one of each.
        SimulatedDeployment Instance(PlannedDeployment.Cut cut, int instances) =>
            SimulatedDeployment.Of(
                spec with
                {
                    Tensor = cut.Tensor,
                    Pipeline = cut.Pipeline,
                    Devices = instances * cut.Tensor * cut.Pipeline,
                    Split = new(1, 1),
                }
            );
    }

    /// <inheritdoc/>
    public ISimulation Simulation(RunGauges? gauges = null) =>
        _planned.Copies == 1 ? Copy(gauges) : SideBySide.InTurn(_planned.Copies, Copy, gauges);

    /// <inheritdoc/>
    public void CheckObjective(ServiceObjective objective, MetricDefinitions definitions)
    {
        if (_decode is null)
        {
            _first.CheckObjective(objective, definitions);
            return;
        }
        _first.CheckObjective(objective with { TpotSeconds = null, NormalizedSeconds = null }, definitions);
        _decode.CheckObjective(new ServiceObjective { TpotSeconds = objective.TpotSeconds }, definitions);
    }

    private ISimulation Copy(RunGauges? gauges)
    {
        if (_decode is null)
            return _first.Simulation(gauges);
        var (prefill, decode) = (_first.Parts, _decode.Parts);
        // A transfer is as wide as the narrower side.
        var narrower = prefill.Cut.Devices < decode.Cut.Devices ? prefill : decode;
        return new Simulator(
            new ClusterPlan
            {
                System = SystemCatalog.All.Single(system => system.Name == _planned.System),
                Workers =
                [
                    .. Enumerable.Repeat(prefill.Worker(WorkerRole.Prefill), _planned.Prefill!.Instances),
                    .. Enumerable.Repeat(decode.Worker(WorkerRole.Decode), _planned.Decode!.Instances),
                ],
                KvLink = narrower.KvLink,
            }
        )
        {
            Gauges = gauges,
        };
    }

    private static string Cut(string phase, PlannedDeployment.Cut cut, SimulatedDeployment instance) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(cut.Instances > 1 ? $"{cut.Instances} × " : "")}{phase}{cut.Tensor * cut.Pipeline} {instance.Spec.Device} (tensor {cut.Tensor}, pipeline {cut.Pipeline}), {instance.KvTokens} KV tokens each"
        );
}
