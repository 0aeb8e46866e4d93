// Owns the options that say what requests come.
using System.CommandLine;
using Tern.Simulation.Workloads;

namespace Tern.Cli.Options;

/// <summary>--trace or --workload, and --seed.</summary>
internal sealed class WorkloadFlags
{
    private readonly Option<string?> _trace = EnvironmentOption.Create<string?>(
        "--trace",
        "File of requests: .csv or .jsonl with arrival, prompt and output tokens, and model where there are several (Azure's, Mooncake's or your own)",
        null
    );
    private readonly Option<string?> _workload = EnvironmentOption.Create<string?>(
        "--workload",
        "Requests made up: poisson:rate=2,lengths=chat,n=1000; also gamma, fixed, bursty, trace, "
            + "and powerlaw:alpha=0.9,models=3,rate=4 over the models of --model, the most popular first",
        null
    );
    private readonly Option<ulong?> _seed = EnvironmentOption.Create<ulong?>(
        "--seed",
        "Where the chance of --workload begins; default: as it says, else 1",
        null
    );

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_trace);
        command.Options.Add(_workload);
        command.Options.Add(_seed);
    }

    /// <summary>The requests that are wanted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="models">The models that they may ask for; those of a power law get these names, the most popular first.</param>
    /// <param name="most">Requests to take from their beginning.</param>
    /// <exception cref="CommandLineException">Neither or both are given, or a trace with a seed.</exception>
    public RatedWorkload Read(ParseResult parsed, IReadOnlyList<ServedModel>? models, int most = int.MaxValue)
    {
        ulong? seed = parsed.GetValue(_seed);
        return (parsed.GetValue(_trace), parsed.GetValue(_workload)) switch
        {
            (null, null) => throw new CommandLineException(
                "no requests: give --trace FILE or --workload poisson:rate=2,lengths=chat,n=1000"
            ),
            ({ } file, null) => seed is null
                ? RatedWorkload.OfTrace(file, most)
                : throw new CommandLineException("a trace has no chance in it: leave --seed out, or give --workload"),
            (null, { } spec) => RatedWorkload.OfSpec(spec, seed, most, models?.Select(model => model.Name).ToList()),
            _ => throw new CommandLineException("--trace and --workload are both given; give one"),
        };
    }
}
