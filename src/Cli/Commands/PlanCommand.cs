// Owns "tern plan": how to serve a model on a cluster.
using System.CommandLine;
using System.Globalization;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Scheduling.Latency;
using Tern.Simulation.Planning;
using Tern.Simulation.Workloads;

namespace Tern.Cli.Commands;

/// <summary>Simulates the placements of a model on a cluster and ranks them.</summary>
internal static class PlanCommand
{
    // DistServe's simulator looks at 5 req/s a device in steps of 0.25.
    private const double RateSteps = 80;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var cluster = EnvironmentOption.Create<string?>(
            "--cluster",
            "File like { \"nodes\": 1, \"gpus_per_node\": 8, \"device\": \"a100-80g\" }; with more nodes also network_gbit_per_s",
            null
        );
        var model = EnvironmentOption.Create<string?>(
            "--model",
            "Model to serve, a name of tern simulate --help, or several that share the cluster, separated by commas, each as NAME or CALLED=NAME; "
                + "leave it out where the requests name them",
            null
        );
        var (workload, objective) = (new WorkloadFlags(), new ObjectiveFlags());
        var requests = EnvironmentOption.Create(
            "--requests",
            "Requests of the workload that each trial simulates, from its beginning",
            1000
        );
        var mostRate = EnvironmentOption.Create("--max-rate", "Highest rate tried, in requests/s a device", 20.0);
        var rate = EnvironmentOption.Create<double?>(
            "--rate",
            "Requests/s to serve with the fewest devices; default: as many as the cluster can",
            null
        );
        var output = EnvironmentOption.Create<string?>("--out", "Write the plan to this .json file", null, "-o");
        var command = new Command(
            "plan",
            "Find the placement that serves a model best on a cluster: phases together or apart, and how instances are cut."
        )
        {
            cluster,
            model,
        };
        workload.AddTo(command);
        objective.AddTo(command);
        foreach (var option in (Option[])[requests, mostRate, rate, output])
            command.Options.Add(option);
        command.SetWork(
            (parsed, cancellation) =>
            {
                string file =
                    parsed.GetValue(cluster) ?? throw new CommandLineException("no cluster: give --cluster FILE");
                int most = parsed.GetValue(requests);
                if (most < 2)
                    throw new CommandLineException($"--requests is {most}; it must be at least 2, or there is no rate");
                var models = parsed.GetValue(model) is { } names ? ServedModel.List(names) : null;
                var load = workload.Read(parsed, models, most);
                if (load.Models.Count > 1 || models is { Count: > 1 })
                    return Multiplex(file, load, models, parsed.GetValue(output));
                if (models is null)
                    throw new CommandLineException($"no model: give --model {ModelCatalog.All[0].Name}");
                var description = ClusterDescriptionReader.Read(file);
                var shape = models[0].Shape;
                using var status = new StatusLine("planning");
                int trials = 0;
                var evaluator = new DeploymentEvaluator(
                    description,
                    InstanceModel.Of(description.Device, shape),
                    at =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        status.Update($"planning: {++trials} simulations");
                        return load.At(at);
                    },
                    objective.Objective(parsed)
                )
                {
                    Definitions = objective.Definitions(parsed),
                };
                double highest = parsed.GetValue(mostRate);
                var options = new Planner.Options
                {
                    Goodput = new()
                    {
                        Target = objective.Target(parsed),
                        MaxRatePerGpu = highest,
                        Tolerance = highest / RateSteps,
                    },
                };
                var plan = new Planner(description, shape, evaluator, options).Plan(parsed.GetValue(rate));
                status.Dispose();
                if (parsed.GetValue(output) is { } path)
                    PlanFile.Write(path, plan);
                Print(plan, $"{load}; {objective.Objective(parsed)}");
                return 0;
            }
        );
        return command;
    }

    private static int Multiplex(string cluster, RatedWorkload load, IReadOnlyList<ServedModel>? models, string? output)
    {
        if (models is [var only])
            throw new CommandLineException(
                $"--model is '{only}', but the requests name {load.Models.Count} models ({string.Join(", ", load.Models)}); leave --model out to plan for all of them, or name them all"
            );
        if (models is null && load.Models.Contains(PowerLaw.ModelName(0)))
            throw new CommandLineException(
                $"the requests are spread over {load.Models.Count} models without saying which; name as many, the most popular first: --model llama-7b,llama-13b"
            );
        var description = ClusterDescriptionReader.Read(cluster);
        var plan = models is null
            ? MultiplexPlanner.Plan(description, load)
            : MultiplexPlanner.Plan(description, ModelLoad.Of(load, models));
        if (output is not null)
            PlanFile.Write(output, plan);
        MultiplexedPlanText.Write(Console.Out, plan, $"{load}");
        return 0;
    }

    private static void Print(DeploymentPlan plan, string inputs)
    {
        Console.Out.WriteLine($"{plan.Model} on {plan.Gpus} × {plan.Device}; {inputs}");
        Console.Out.WriteLine();
        var table = new TextTable(true, false, false, true, true, true);
        table.Add("", "system", "instances of a copy", "copies", "devices", "req/s a device");
        for (int i = 0; i < plan.Ranked.Count; i++)
        {
            var ranked = plan.Ranked[i];
            table.Add(
                $"{i + 1}",
                ranked.System,
                Cuts(ranked),
                $"{ranked.Copies}",
                $"{ranked.Gpus}",
                ranked.GoodputPerGpu.ToString("0.000", CultureInfo.InvariantCulture)
            );
        }
        table.Write(Console.Out);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"why: {plan.Reason}");
        if (plan.PriceOfSecond is not null)
            Console.Out.WriteLine($"else: {plan.PriceOfSecond}");
    }

    private static string Cuts(PlannedDeployment ranked) =>
        ranked.Instance is { } both
            ? Cut("", both)
            : $"{Cut("prefill ", ranked.Prefill!)}, {Cut("decode ", ranked.Decode!)}"
                + (ranked.Segments is > 1 and var segments ? $", in {segments} segments" : "");

    private static string Cut(string phase, PlannedDeployment.Cut cut) =>
        $"{(cut.Instances > 1 ? $"{cut.Instances} × " : "")}{phase}tp{cut.Tensor} pp{cut.Pipeline}";
}
