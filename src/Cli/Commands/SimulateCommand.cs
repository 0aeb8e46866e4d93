// Owns "tern simulate": what systems would do with your requests on devices you need not have.
using System.CommandLine;
using System.Text;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Formats;
using Tern.Simulation.Deployments;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Cli.Commands;

/// <summary>Compares serving systems in virtual time.</summary>
internal static class SimulateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var system = EnvironmentOption.Create<string?>(
            "--system",
            "Systems to compare, separated by commas; all; or list, which prints them",
            null
        );
        var (workload, deployment, objective) = (new WorkloadFlags(), new DeploymentFlags(), new ObjectiveFlags());
        var rate = EnvironmentOption.Create<string?>(
            "--rate",
            "Request rates in requests/s, 1,2,4 or 0.5..8:6; default: the workload's own",
            null
        );
        var plan = EnvironmentOption.Create<string?>(
            "--plan",
            "Run what tern plan wrote to this .json file, beside the systems of --system",
            null
        );
        var goodput = EnvironmentOption.Create("--goodput", "Search the highest rate that each system serves", false);
        var report = EnvironmentOption.Create<string?>(
            "--report",
            "Write a page with the curves to this .html file",
            null
        );
        var json = EnvironmentOption.Create("--json", "Print one JSON object", false);
        var csv = EnvironmentOption.Create("--csv", "Print comma-separated values", false);
        var command = new Command(
            "simulate",
            "Compare serving systems on a trace or a made-up workload, in virtual time: attainment of the SLO, latencies, use of devices."
        )
        {
            system,
            plan,
        };
        deployment.AddTo(command);
        workload.AddTo(command);
        command.Options.Add(rate);
        objective.AddTo(command);
        foreach (var option in (Option[])[goodput, report, json, csv])
            command.Options.Add(option);
        command.SetWork(
            (parsed, cancellation) =>
            {
                string? systems = parsed.GetValue(system);
                if (systems == "list")
                    return List(Console.Out);
                string? page = PagePath(parsed.GetValue(report));
                IReadOnlyList<double> rates = parsed.GetValue(rate) is { } text ? RateList.Parse(text) : [];
                using var status = new StatusLine("reading the workload");
                var planned = parsed.GetValue(plan) is { } file ? PlannedModels.Read(file) : null;
                if (planned is not null)
                    deployment.CheckPlanned(parsed, alone: systems is null);
                else if (systems is null)
                    throw new CommandLineException("no system: give --system vllm,fastserve or --system list");
                var machine = planned is null ? deployment.Machine(parsed, status.Say) : null;
                if (machine is not null)
                    systems = MachineFlags.Systems(systems!);
                var models =
                    planned?.Models
                    ?? (
                        machine is null
                            ? deployment.Models(parsed)
                            : [new ServedModel(machine.Model.Name, machine.Model)]
                    );
                var requests = workload.Read(parsed, models);
                var spec = deployment.Read(parsed, requests, objective.Objective(parsed), machine);
                if (planned is not null)
                    spec = spec with { Device = planned.Device, Devices = planned.Devices };
                var comparison = new Comparison
                {
                    Deployments =
                    [
                        .. planned is null ? [] : (IDeployment[])[planned.Deploy(spec, requests)],
                        .. systems is null ? [] : DeploymentList.Of(systems, spec, models, requests, status.Say),
                    ],
                    Workload = requests,
                    Objective = objective.Objective(parsed),
                    Definitions = objective.Definitions(parsed),
                    Target = objective.Target(parsed),
                    SearchesGoodput = parsed.GetValue(goodput),
                    Progress = p => status.Update(Line(p, requests.Count)),
                };
                var result = comparison.Run(rates, cancellation);
                if (page is not null)
                {
                    var html = new StringWriter();
                    ComparisonPage.Of(comparison, result, CommandLine(parsed)).Write(html);
                    byte[] bytes = Encoding.UTF8.GetBytes(html.ToString());
                    AtomicFile.Write(page, bytes.Length, stream => stream.Write(bytes));
                }
                status.Dispose();
                Print(comparison, result, parsed.GetValue(json), parsed.GetValue(csv));
                if (page is not null)
                    Console.Error.WriteLine($"{page}: written");
                return 0;
            }
        );
        return command;
    }

    private static int List(TextWriter writer)
    {
        var table = new TextTable(false, false, false);
        foreach (var (name, source, layout) in DeploymentCatalog.All)
            table.Add(name, layout, source);
        table.Write(writer);
        return 0;
    }

    private static void Print(Comparison comparison, ComparisonResult result, bool json, bool csv)
    {
        var table = new ResultTable(result.Runs);
        if (json)
        {
            using var text = new MemoryStream();
            table.WriteJson(text);
            Console.Out.WriteLine(Encoding.UTF8.GetString(text.ToArray()));
        }
        else if (csv)
        {
            table.WriteCsv(Console.Out);
        }
        else
        {
            foreach (var (name, value) in ComparisonPage.Inputs(comparison, result))
                Console.Out.WriteLine($"{name}: {value}");
            ResultBlocks.Write(Console.Out, table);
        }
    }

    private static string Line(in ComparisonProgress progress, int count) =>
        $"{progress.System}{(progress.Rate is { } rate ? $" at {rate:G4} req/s" : "")}: {progress.Arrived} of {count} requests";

    private static string CommandLine(ParseResult parsed) =>
        "tern "
        + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ') ? $"'{token.Value}'" : token.Value));

    /// <summary>Where the page goes; looked at before the work, not after it.</summary>
    private static string? PagePath(string? path)
    {
        if (path is null)
            return null;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Directory.Exists(folder)
            ? path
            : throw new CommandLineException($"--report is '{path}'; there is no directory {folder}");
    }
}
