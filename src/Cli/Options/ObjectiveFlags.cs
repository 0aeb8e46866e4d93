// Owns the options that say what "in time" means.
using System.CommandLine;
using Tern.Simulation.Reports;

namespace Tern.Cli.Options;

/// <summary>--slo, --metrics and --target.</summary>
internal sealed class ObjectiveFlags
{
    private readonly Option<string> _slo = EnvironmentOption.Create(
        "--slo",
        "Limits in seconds: ttft=, tpot=, e2e=, normalized=, separated by commas; a request must meet all. Default: "
            + "DistServe's for a 13B chatbot, ttft=0.25,tpot=0.1",
        "ttft=0.25,tpot=0.1"
    );
    private readonly Option<string> _metrics = EnvironmentOption.Create(
        "--metrics",
        "What TTFT, TPOT and normalized latency mean: "
            + string.Join(", ", MetricDefinitions.Presets.Select(preset => preset.Name))
            + ". Default: TTFT = first token - arrival, TPOT = (last - first)/(tokens - 1)",
        MetricDefinitions.DistServeTestbed.Name
    );
    private readonly Option<double> _target = EnvironmentOption.Create(
        "--target",
        "Share of the requests that must be in time for a rate to count as served",
        0.9
    );

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_slo);
        command.Options.Add(_metrics);
        command.Options.Add(_target);
    }

    /// <summary>The limits.</summary>
    public ServiceObjective Objective(ParseResult parsed) => ServiceObjective.Parse(parsed.GetRequiredValue(_slo));

    /// <summary>What the latencies mean.</summary>
    public MetricDefinitions Definitions(ParseResult parsed) =>
        MetricDefinitions.Named(parsed.GetRequiredValue(_metrics));

    /// <summary>The share that counts as served.</summary>
    /// <exception cref="CommandLineException">It is no share.</exception>
    public double Target(ParseResult parsed) =>
        parsed.GetValue(_target) is > 0 and <= 1 and var share
            ? share
            : throw new CommandLineException("--target must be above 0 and at most 1, for example 0.9");
}
