// Owns the way from a deployment in words to a simulation: what is unknown or does not fit is an error that says what would be right.
using System.Globalization;
using Tern.Scheduling.Latency;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Deployments;

/// <summary>A system on devices, checked and ready to be simulated.</summary>
public sealed class SimulatedDeployment : IDeployment
{
    private readonly DeploymentParts _parts;

    private SimulatedDeployment(DeploymentParts parts) => _parts = parts;

    /// <inheritdoc/>
    public DeploymentSpec Spec => _parts.Spec;

    /// <inheritdoc/>
    public string Name => _parts.System.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Models => [];

    /// <summary>What it is made of.</summary>
    internal DeploymentParts Parts => _parts;

    /// <summary>KV tokens of an instance.</summary>
    public long KvTokens => _parts.KvTokens;

    /// <summary>Bytes of a KV block.</summary>
    internal double KvBlockBytes => _parts.Model.KvBytesPerToken * _parts.System.BlockSize;

    /// <summary>Checks a deployment.</summary>
    /// <exception cref="DeploymentException">It cannot be; the message says what would be valid.</exception>
    public static SimulatedDeployment Of(DeploymentSpec spec)
    {
        var system = DeploymentCatalog.Get(spec.System);
        var model = spec.Machine?.Model ?? Named(ModelCatalog.All, spec.Model, model => model.Name, "model");
        var device = DeviceOf(spec);
        CheckDegrees(spec, model);
        CheckMachine(spec);
        var tokens = spec.Machine?.KvTokens ?? KvCapacity.Tokens(device.MemoryBytes, model, spec.Tensor, spec.Pipeline);
        if (tokens < system.BlockSize)
            throw DoesNotFit(spec, model, device);
        if (spec.HostMemoryGib is { } gib && !(gib >= 0 && double.IsFinite(gib)))
            throw new DeploymentException(Text($"host memory of {gib} GiB"), "it must be finite and not negative");
        if (!(spec.TierGbitPerSecond > 0 && double.IsFinite(spec.TierGbitPerSecond)))
            throw new DeploymentException(
                Text($"a tier of {spec.TierGbitPerSecond} Gbit/s"),
                "it must be positive and finite"
            );
        var deployment = new SimulatedDeployment(
            new DeploymentParts
            {
                Spec = spec,
                System = system,
                Model = model,
                Device = device,
                KvTokens = tokens,
                Latency = LatencyOf(spec, system, model, device),
            }
        );
        // A factory refuses what only it knows; better now than after other systems have run.
        deployment.Simulation();
        return deployment;
    }

    /// <inheritdoc/>
    public ISimulation Simulation(RunGauges? gauges = null)
    {
        try
        {
            return _parts.System.Simulation(_parts, gauges);
        }
        catch (ArgumentException problem) when (problem is not DeploymentException)
        {
            throw new DeploymentException(Name, problem.Message);
        }
    }

    /// <inheritdoc/>
    public void CheckObjective(ServiceObjective objective, MetricDefinitions definitions) =>
        ObjectiveCheck.Throw(
            objective,
            definitions,
            _parts.Latency,
            $"{Name} with {_parts.Model.Name} on {_parts.Cut.Devices} × {_parts.Device.Name}"
        );

    /// <inheritdoc/>
    public string Layout => _parts.System.Layout;

    /// <inheritdoc/>
    public string Instances =>
        Text(
            $"{_parts.Model.Name}, {_parts.Instances} × {_parts.Cut.Devices} {_parts.Device.Name} (tensor {Spec.Tensor}, pipeline {Spec.Pipeline}), {KvTokens} KV tokens each"
        );

    /// <summary>The device that is asked for.</summary>
    /// <exception cref="DeploymentException">There is none of that name.</exception>
    internal static DeviceSheet DeviceOf(DeploymentSpec spec) =>
        spec.Machine?.Device ?? Named(DeviceCatalog.All, spec.Device, device => device.Name, "device");

    private static T Named<T>(IReadOnlyList<T> all, string name, Func<T, string> nameOf, string kind) =>
        all.FirstOrDefault(one => nameOf(one) == name)
        ?? throw new DeploymentException(
            $"{kind} '{name}'",
            $"unknown; known are {string.Join(", ", all.Select(nameOf))}"
        );

    private static void CheckDegrees(DeploymentSpec spec, ModelShape model)
    {
        Require(spec.Devices is >= 1 and <= 1 << 20, $"{spec.Devices} devices", $"give 1 to {1 << 20}");
        Require(
            spec.Tensor >= 1 && spec.Tensor <= model.Heads,
            $"tensor degree {spec.Tensor}",
            $"{model.Name} has {model.Heads} heads to split; give 1 to {model.Heads}"
        );
        Require(
            spec.Pipeline >= 1 && spec.Pipeline <= model.Layers,
            $"pipeline degree {spec.Pipeline}",
            $"{model.Name} has {model.Layers} layers to split; give 1 to {model.Layers}"
        );
        var instance = (long)spec.Tensor * spec.Pipeline;
        Require(
            spec.Devices % instance == 0,
            $"{spec.Devices} devices",
            $"an instance of tensor {spec.Tensor} × pipeline {spec.Pipeline} takes {instance}; give a multiple of {instance}"
        );
        Require(
            spec.MaxBatchTokens >= 1 && spec.MaxSequences >= 1 && spec.MaxBatchTokens >= spec.MaxSequences,
            $"{spec.MaxBatchTokens} tokens and {spec.MaxSequences} sequences in a step",
            "both must be at least 1, and the tokens at least as many as the sequences, so that each can decode"
        );

        static void Require(bool holds, string what, string problem)
        {
            if (!holds)
                throw new DeploymentException(what, problem);
        }
    }

    private static void CheckMachine(DeploymentSpec spec)
    {
        if (spec.Machine is not { } machine)
            return;
        if (spec.Devices != 1)
            throw new DeploymentException(
                Text($"{spec.Devices} × {machine.Name}"),
                "nothing was measured between two such machines; leave devices at 1"
            );
        if (spec.HostMemoryGib > 0)
            throw new DeploymentException(
                Text($"host memory on {machine.Name}"),
                "an engine there has no second memory; leave it out"
            );
    }

    private static DeploymentException DoesNotFit(DeploymentSpec spec, ModelShape model, DeviceSheet device)
    {
        var enough = 1;
        while (enough <= model.Heads && KvCapacity.Tokens(device.MemoryBytes, model, enough, spec.Pipeline) < 16)
            enough *= 2;
        var valid =
            enough <= model.Heads
                ? $"give tensor {enough}, or another device"
                : "give more pipeline stages, or another device";
        return new DeploymentException(
            $"{model.Name} on {spec.Tensor * spec.Pipeline} × {device.Name}",
            Text(
                $"the weights take {model.WeightBytes / 1e9:0.#} GB and leave no room for keys and values in {spec.Tensor * spec.Pipeline} × {device.MemoryBytes / 1e9:0.#} GB; {valid}"
            )
        );
    }

    private static ILatencyModel LatencyOf(
        DeploymentSpec spec,
        DeployableSystem system,
        ModelShape model,
        DeviceSheet device
    )
    {
        switch (spec.Latency)
        {
            case LatencySource.Measured:
                if (spec.Pipeline > 1)
                    throw new DeploymentException(
                        $"measured latency with {spec.Pipeline} pipeline stages",
                        "a table of measurements knows whole steps only; leave pipeline at 1"
                    );
                return spec.Measurements
                    ?? throw new DeploymentException("measured latency", "there are no measurements");
            case LatencySource.Calibrated:
                return spec.Machine?.Latency
                    ?? throw new DeploymentException("calibrated latency", "there is no machine");
            case LatencySource.Published:
                if (device.Name != "a100-80g")
                    throw new DeploymentException(
                        $"published latency on {device.Name}",
                        "the published profiles are of a100-80g; take that, or the roofline"
                    );
                try
                {
                    return new Profiled(
                        ProfileCatalog.Get(system.ProfiledEngine, model.Name, spec.Tensor),
                        spec.Pipeline
                    );
                }
                catch (ArgumentException problem)
                {
                    throw new DeploymentException($"published latency for {system.Name}", problem.Message);
                }
            default:
                return new Roofline(device, model, new Parallelism(spec.Tensor, spec.Pipeline));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
