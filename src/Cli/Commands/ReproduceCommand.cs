// Owns "tern reproduce": the published figures beside what the simulator gives for them.
using System.CommandLine;
using System.Text;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Simulation.Reproductions;

namespace Tern.Cli.Commands;

/// <summary>Runs published experiments again.</summary>
internal static class ReproduceCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = $"Publications: {string.Join(", ", ReproductionCatalog.Names)}; or all",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var quick = EnvironmentOption.Create("--quick", "Only the figures that take seconds", false);
        var traces = EnvironmentOption.Create<string?>(
            "--traces",
            "Folder of the public traces (azure-2023-code.csv, azure-2023-conversation.csv, mooncake-conversation.jsonl), for mooncake and tern",
            null
        );
        var json = EnvironmentOption.Create("--json", "Print one JSON array", false);
        var command = new Command(
            "reproduce",
            "Run published experiments in the simulator and print paper against measured; fails when a figure is outside its band."
        )
        {
            names,
            quick,
            traces,
            json,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                using var status = new StatusLine("");
                var sets = Sets(parsed.GetValue(names) ?? [], parsed.GetValue(traces), status.Say);
                var printed = new List<(string Set, ReproductionRow Row)>();
                bool text = !parsed.GetValue(json);
                foreach (var set in sets)
                {
                    var rows = parsed.GetValue(quick) ? set.Quick : set.Rows;
                    if (text)
                        Heading(set.Name, printed.Count > 0);
                    status.Update($"{set.Name}: running");
                    foreach (var row in rows())
                    {
                        cancellation.ThrowIfCancellationRequested();
                        status.Clear();
                        if (text)
                            ReproductionText.Write(Console.Out, row);
                        printed.Add((set.Name, row));
                        status.Update($"{set.Name}: {printed.Count} figures");
                    }
                }
                status.Clear();
                int outside = printed.Count(figure => !figure.Row.IsMet);
                if (text)
                    Console.Out.WriteLine(
                        $"\n{printed.Count} figures: {printed.Count - outside} met, {outside} outside their band"
                    );
                else
                    PrintJson(printed);
                return outside == 0 ? 0 : CommandErrors.Failure;
            }
        );
        return command;
    }

    private static void Heading(string name, bool apart) => Console.Out.WriteLine($"{(apart ? "\n" : "")}{name}");

    private static void PrintJson(List<(string, ReproductionRow)> rows)
    {
        using var json = new MemoryStream();
        ReproductionJson.Write(json, rows);
        Console.Out.WriteLine(Encoding.UTF8.GetString(json.ToArray()));
    }

    private static List<ReproductionSet> Sets(string[] names, string? traces, Action<string> say)
    {
        if (names is not ([] or ["all"]))
            return [.. names.Select(name => ReproductionCatalog.Get(name, traces))];
        var sets = new List<ReproductionSet>();
        foreach (string name in ReproductionCatalog.Names)
        {
            if (traces is null && ReproductionCatalog.NeedsTraces(name))
                say($"left out: {name}, which needs --traces FOLDER");
            else
                sets.Add(ReproductionCatalog.Get(name, traces));
        }
        return sets;
    }
}
