// Owns the command that compares both programs on every shape and type, over as many runs as it takes.
using System.CommandLine;
using Tern.Cli;
using Tern.Cli.Options;

namespace Tern.Peers;

/// <summary>Shapes by types by tests.</summary>
internal static class SuiteCommand
{
    private const string AllShapes = "llama-3.2-1b,qwen2.5-0.5b,qwen3-0.6b,tinyllama-1.1b,qwen3-moe-1.4b";
    private const string AllTypes = "F16,Q8_0,Q4_0,Q4_K_M";
    private const string ResultsName = "peers.jsonl";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var shapes = EnvironmentOption.Create("--shapes", "Shapes, separated by commas", AllShapes);
        var types = EnvironmentOption.Create("--types", "Types, separated by commas", AllTypes);
        var layers = EnvironmentOption.Create<int?>(
            "--layers",
            "Cuts every shape to its first layers, for a quick look",
            null
        );
        var fresh = EnvironmentOption.Create("--fresh", "Put earlier results aside and measure everything", false);
        var options = new ComparisonOptions(Workload.DefaultNames);
        var command = new Command("suite", $"Every shape and type; results are kept in artifacts/{ResultsName}.")
        {
            shapes,
            types,
            layers,
            fresh,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var settings = options.Read(parsed);
                if (parsed.GetValue(layers) is < 1)
                    throw new CommandLineException($"--layers is {parsed.GetValue(layers)}; it must be at least 1");
                var suite = new Suite(
                    Each(parsed.GetRequiredValue(shapes), name => RandomModels.Shape(name, parsed.GetValue(layers))),
                    Each(parsed.GetRequiredValue(types), FileTypeOption.Parse),
                    settings,
                    cancellation
                );
                if (settings.IsCheck)
                    return suite.Check(Console.Out) ? 0 : CommandErrors.Failure;
                string path = Path.Combine(RandomModels.Folder(), ResultsName);
                var results = ResultsFile.Open(path, parsed.GetValue(fresh), Console.Error.WriteLine);
                await suite.MeasureAsync(results);
                SuiteTables.Write(Console.Out, suite.Shapes, suite.Types, settings, results);
                return 0;
            }
        );
        return command;
    }

    private static T[] Each<T>(string list, Func<string, T> read) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries).Select(read).Distinct()];
}
