// Owns the options that say which systems run which model on which devices.
using System.CommandLine;
using Tern.Engine;
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Simulation.Deployments;
using Tern.Simulation.Measurements;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Cli.Options;

/// <summary>The options from which <see cref="DeploymentSpec"/> is made.</summary>
internal sealed class DeploymentFlags
{
    private readonly Option<string?> _model = EnvironmentOption.Create<string?>(
        "--model",
        "Model to serve, or several separated by commas, each as NAME or CALLED=NAME where requests call it otherwise: "
            + $"{string.Join(", ", ModelCatalog.All.Select(model => model.Name))}",
        null
    );
    private readonly Option<string> _device = EnvironmentOption.Create(
        "--device",
        $"Device: {MachineFlags.This}, which is this machine as tern calibrate measures it (--model is a file then), or {string.Join(", ", DeviceCatalog.All.Select(device => device.Name))}",
        "a100-80g"
    );
    private readonly Option<int> _devices = EnvironmentOption.Create("--devices", "Devices in all, for each system", 1);
    private readonly Option<int> _tensor = EnvironmentOption.Create(
        "--tensor",
        "Tensor parallel degree of an instance",
        1
    );
    private readonly Option<int> _pipeline = EnvironmentOption.Create(
        "--pipeline",
        "Pipeline stages of an instance",
        1
    );
    private readonly Option<string> _split = EnvironmentOption.Create(
        "--split",
        "Prefill to decode instances, for systems that have both",
        "1:1"
    );
    private readonly Option<double?> _hostMemory = EnvironmentOption.Create<double?>(
        "--host-memory",
        "GiB of host memory of an instance for swapping; default: as much as its devices have, for systems that swap",
        null
    );
    private readonly Option<double> _tier = EnvironmentOption.Create(
        "--tier-gbit",
        "Gbit/s at which an instance loads stored prefixes, for systems that do",
        32.0
    );
    private readonly Option<string> _latency = EnvironmentOption.Create(
        "--latency",
        "Step times: roofline (from the data sheet), published (DistServe's profiles), or a FILE.csv of measurements: "
            + "prefill_tokens,prefill_pairs,decode_sequences,decode_context,ms",
        "roofline"
    );
    private readonly Option<int?> _batchTokens = EnvironmentOption.Create<int?>(
        "--max-batch-tokens",
        "Most tokens in a step; default: 2048, on this machine what tern serve takes",
        null
    );
    private readonly Option<int?> _sequences = EnvironmentOption.Create<int?>(
        "--max-sequences",
        "Most sequences running at once in an instance; default: 256, on this machine what tern serve takes",
        null
    );
    private readonly Option<int?> _length = EnvironmentOption.Create<int?>(
        "--max-length",
        "Longest sequence in tokens, longer requests are rejected; default: the workload's longest, on this machine the engine's",
        null
    );

    private readonly MachineFlags _machine = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            var option in (Option[])
                [
                    _model,
                    _device,
                    _machine.Costs,
                    _devices,
                    _tensor,
                    _pipeline,
                    _split,
                    _hostMemory,
                    _tier,
                    _latency,
                    _batchTokens,
                    _sequences,
                    _length,
                ]
        )
            command.Options.Add(option);
    }

    /// <summary>The models to serve.</summary>
    /// <exception cref="CommandLineException">There is none.</exception>
    public IReadOnlyList<ServedModel> Models(ParseResult parsed) =>
        ServedModel.List(
            parsed.GetValue(_model)
                ?? throw new CommandLineException(
                    $"no model: give --model {ModelCatalog.All[0].Name}, or another of {string.Join(", ", ModelCatalog.All.Select(model => model.Name))}"
                )
        );

    /// <summary>The real machine to simulate; null where the device is one of the catalog.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="say">Is told when step times had to be measured.</param>
    public CalibratedMachine? Machine(ParseResult parsed, Action<string> say)
    {
        foreach (var option in (Option[])[_model, _device])
        {
            if (
                parsed.GetResult(_machine.Costs) is { Implicit: false }
                && parsed.GetResult(option) is { Implicit: false }
            )
                throw new CommandLineException(
                    $"{_machine.Costs.Name} and {option.Name} are both given; the file says which model ran where, leave {option.Name} out"
                );
        }
        return _machine.Read(parsed, parsed.GetRequiredValue(_device), parsed.GetValue(_model), say);
    }

    /// <summary>Throws if an option is given that a plan answers.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="alone">Whether there is no other system that needs to know how instances are cut.</param>
    /// <exception cref="CommandLineException">One is.</exception>
    public void CheckPlanned(ParseResult parsed, bool alone)
    {
        Option[] cuts = alone ? [_tensor, _pipeline, _split] : [];
        foreach (var option in (Option[])[_model, _device, _machine.Costs, _devices, .. cuts])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new CommandLineException(
                    $"--plan and {option.Name} are both given; the plan says which model goes on which devices and how, leave {option.Name} out"
                );
        }
    }

    /// <summary>What is wanted, with system and model still to be named.</summary>
    public DeploymentSpec Read(
        ParseResult parsed,
        RatedWorkload workload,
        ServiceObjective objective,
        CalibratedMachine? machine
    )
    {
        var engine = new EngineOptions();
        string latency = parsed.GetRequiredValue(_latency);
        if (machine is not null && parsed.GetResult(_latency) is { Implicit: false })
            throw new CommandLineException(
                "--latency is given, but the machine's own step times are measured; leave it out"
            );
        bool measured = latency.EndsWith(".csv", StringComparison.Ordinal);
        return new DeploymentSpec
        {
            System = "",
            Model = "",
            Device = machine?.Name ?? parsed.GetRequiredValue(_device),
            Machine = machine,
            Devices = parsed.GetValue(_devices),
            Tensor = parsed.GetValue(_tensor),
            Pipeline = parsed.GetValue(_pipeline),
            Split = PhaseSplit.Parse(parsed.GetRequiredValue(_split)),
            HostMemoryGib = parsed.GetValue(_hostMemory),
            TierGbitPerSecond = parsed.GetValue(_tier),
            Latency = latency switch
            {
                _ when machine is not null => LatencySource.Calibrated,
                "roofline" => LatencySource.Roofline,
                "published" => LatencySource.Published,
                _ when measured => LatencySource.Measured,
                _ => throw new CommandLineException(
                    $"--latency is '{latency}'; it must be roofline, published, or a file of measurements that ends in .csv"
                ),
            },
            Measurements = measured ? MeasuredTable.Fit(MeasurementReader.Read(latency)) : null,
            MaxBatchTokens = parsed.GetValue(_batchTokens) ?? (machine is null ? 2048 : engine.MaxBatchTokens),
            MaxSequences = parsed.GetValue(_sequences) ?? (machine is null ? 256 : engine.MaxSequences),
            MaxModelLength = parsed.GetValue(_length) ?? machine?.LongestTokens ?? workload.LongestTokens,
            Targets = new LatencyTargets(
                objective.TtftSeconds * 1000 ?? double.PositiveInfinity,
                objective.TpotSeconds * 1000 ?? double.PositiveInfinity
            ),
        };
    }
}
