// Owns the command line of the comparison of sampling strategies.
//   dotnet run -c Release --project benchmarks/Samplers -- examples/training/countdown-unfiltered.json --target 0.55
using System.CommandLine;
using Tern.Benchmarks.Samplers;
using Tern.Cli;
using Tern.Cli.Options;
using Tern.Training.Rl;
using Tern.Training.Runs;

var source = new Argument<string>("CONFIG")
{
    Description = "A run of reinforcement learning; its sampling is replaced",
};
var target = EnvironmentOption.Create("--target", "Held-out pass rate that is to be reached", 0.6);
var seeds = EnvironmentOption.Create("--seeds", "Runs of each strategy, with seeds from 1", 3);
var output = EnvironmentOption.Create("--out", "Folder of the runs; what is there is not done again", "runs/samplers");
var threads = EnvironmentOption.Create("--threads", "Threads", 2);
var command = new RootCommand("Tokens that each sampling strategy generates until the policy reaches a pass rate.")
{
    source,
    target,
    seeds,
    output,
    threads,
};
command.SetWork(
    (parsed, cancellation) =>
    {
        string path = parsed.GetRequiredValue(source);
        var comparison = new SamplerComparison(
            ConfigFile.Read<RlConfig>(path) with
            {
                StopAt = parsed.GetValue(target),
            },
            Path.GetDirectoryName(Path.GetFullPath(path))!,
            parsed.GetRequiredValue(output),
            parsed.GetValue(threads)
        );
        return comparison.Run(parsed.GetValue(seeds), cancellation) ? 0 : CommandErrors.Interrupted;
    }
);
return await CommandErrors.InvokeAsync(command.Parse(args));
