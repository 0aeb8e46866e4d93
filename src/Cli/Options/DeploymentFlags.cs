// Owns the options that say which systems run which model on which devices.
using System.CommandLine;
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
        $"Device: {string.Join(", ", DeviceCatalog.All.Select(device => device.Name))}",
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
    private readonly Option<int> _batchTokens = EnvironmentOption.Create(
        "--max-batch-tokens",
        "Most tokens in a step",
        2048
    );
    private readonly Option<int> _sequences = EnvironmentOption.Create(
        "--max-sequences",
        "Most sequences running at once in an instance",
        256
    );
    private readonly Option<int?> _length = EnvironmentOption.Create<int?>(
        "--max-length",
        "Longest sequence in tokens, longer requests are rejected; default: the workload's longest",
        null
    );

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            var option in (Option[])
                [
                    _model,
                    _device,
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

    /// <summary>Throws if an option is given that a plan answers.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="alone">Whether there is no other system that needs to know how instances are cut.</param>
    /// <exception cref="CommandLineException">One is.</exception>
    public void CheckPlanned(ParseResult parsed, bool alone)
    {
        Option[] cuts = alone ? [_tensor, _pipeline, _split] : [];
        foreach (var option in (Option[])[_model, _device, _devices, .. cuts])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new CommandLineException(
                    $"--plan and {option.Name} are both given; the plan says which model goes on which devices and how, leave {option.Name} out"
                );
        }
    }

    /// <summary>What is wanted, with system and model still to be named.</summary>
    public DeploymentSpec Read(ParseResult parsed, RatedWorkload workload, ServiceObjective objective)
    {
        string latency = parsed.GetRequiredValue(_latency);
        bool measured = latency.EndsWith(".csv", StringComparison.Ordinal);
        return new DeploymentSpec
        {
            System = "",
            Model = "",
            Device = parsed.GetRequiredValue(_device),
            Devices = parsed.GetValue(_devices),
            Tensor = parsed.GetValue(_tensor),
            Pipeline = parsed.GetValue(_pipeline),
            Split = PhaseSplit.Parse(parsed.GetRequiredValue(_split)),
            HostMemoryGib = parsed.GetValue(_hostMemory),
            TierGbitPerSecond = parsed.GetValue(_tier),
            Latency = latency switch
            {
                "roofline" => LatencySource.Roofline,
                "published" => LatencySource.Published,
                _ when measured => LatencySource.Measured,
                _ => throw new CommandLineException(
                    $"--latency is '{latency}'; it must be roofline, published, or a file of measurements that ends in .csv"
                ),
            },
            Measurements = measured ? MeasuredTable.Fit(MeasurementReader.Read(latency)) : null,
            MaxBatchTokens = parsed.GetValue(_batchTokens),
            MaxSequences = parsed.GetValue(_sequences),
            MaxModelLength = parsed.GetValue(_length) ?? workload.LongestTokens,
            Targets = new LatencyTargets(
                objective.TtftSeconds * 1000 ?? double.PositiveInfinity,
                objective.TpotSeconds * 1000 ?? double.PositiveInfinity
            ),
        };
    }
}
