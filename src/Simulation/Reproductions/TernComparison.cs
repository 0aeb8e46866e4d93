// Owns the claim that Tern's own composition has more goodput than every other system on the same devices.
using System.Globalization;
using Tern.Scheduling;
using Tern.Scheduling.Batching;
using Tern.Scheduling.Systems;
using Tern.Simulation.Deployments;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// Every system on three public traces, each at the best of its settings (token budget, division between the phases, pipeline stages).
/// Nothing published to compare with: the figure is ours.
/// </summary>
public static class TernComparison
{
    /// <summary>Requests taken from the beginning of each trace.</summary>
    private const int Requests = 2000;

    private const string Hardware = "llama-3.1-8b on 4 x a100-80g, roofline";

    /// <summary>A public trace, by its file's name, and what is promised to its requests.</summary>
    private sealed record Setting(string File, string Objective);

    private static readonly Setting[] _settings =
    [
        new("azure-2023-code.csv", "ttft=1,tpot=0.05"),
        new("azure-2023-conversation.csv", "ttft=1,tpot=0.05"),
        new("mooncake-conversation.jsonl", "ttft=5,tpot=0.1"),
    ];

    /// <summary>A row for each other system: on how many of the traces Tern's composition has more goodput.</summary>
    /// <param name="open">Opens one of the public traces by its file's name, its first requests only.</param>
    public static IEnumerable<ReproductionRow> Rows(Func<string, int, RatedWorkload> open)
    {
        var traces = _settings.Select(setting => open(setting.File, Requests)).ToArray();
        var own = Goodputs(TernServe.System.Name, traces);
        foreach (var (name, _, _) in DeploymentCatalog.All)
        {
            if (name == TernServe.System.Name)
                continue;
            var other = Goodputs(name, traces);
            yield return new ReproductionRow
            {
                Experiment = "Our composition (docs/decisions/0005-tern-composition.md)",
                Quantity = $"traces on which tern has more goodput than {name}",
                Published = "at least 2 of 3",
                Measured = own.Zip(other).Count(pair => pair.First > pair.Second),
                Lowest = 2,
                Highest = _settings.Length,
                Inputs =
                    $"{Hardware}; first {Requests} requests; goodput in req/s, tern and {name}: {string.Join("; ", _settings.Select((setting, i) => Text(setting, own[i], other[i])))}",
            };
        }
    }

    private static string Text(Setting setting, double own, double other) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileNameWithoutExtension(setting.File)} ({setting.Objective}) {own:0.##} and {other:0.##}"
        );

    private static double[] Goodputs(string system, RatedWorkload[] traces) =>
        [.. _settings.Select((setting, i) => Best(system, traces[i], ServiceObjective.Parse(setting.Objective)))];

    /// <summary>The goodput of a system at the best of its settings; 0 if at no rate enough requests are in time.</summary>
    private static double Best(string system, RatedWorkload trace, ServiceObjective objective)
    {
        var best = 0.0;
        foreach (var spec in Variants(system, trace, objective))
        {
            var result = new Comparison
            {
                Deployments = [SimulatedDeployment.Of(spec)],
                Workload = trace,
                Objective = objective,
                SearchesGoodput = true,
            }.Run([]);
            best = Math.Max(best, result.Systems[0].Goodput!.Rate);
        }
        return best;
    }

    /// <summary>Whether the token budget cuts prompts, so that a small one spares the decodes beside them.</summary>
    private static bool Chunks(string system) =>
        SystemCatalog.All.Any(s => s.Name == system && s.Batching is ChunkedPrefill or TokenThrottling);

    private static IEnumerable<DeploymentSpec> Variants(string system, RatedWorkload trace, ServiceObjective objective)
    {
        PhaseSplit[] splits = SystemCatalog.All.Any(s => s.Name == system && s.Migration is not null)
            ? [new(1, 3), new(1, 1), new(3, 1)]
            : [new(1, 1)];
        int[] pipelines = system.StartsWith("dynapipe", StringComparison.Ordinal) ? [2, 4] : [1];
        foreach (var split in splits)
        foreach (var pipeline in pipelines)
        foreach (var budget in Chunks(system) ? [512, 2048] : (int[])[2048, 8192])
        {
            yield return new DeploymentSpec
            {
                System = system,
                Model = "llama-3.1-8b",
                Device = "a100-80g",
                Devices = 4,
                Pipeline = pipeline,
                Split = split,
                MaxBatchTokens = budget,
                MaxModelLength = trace.LongestTokens + 1,
                Targets = new LatencyTargets(1000 * objective.TtftSeconds!.Value, 1000 * objective.TpotSeconds!.Value),
            };
        }
    }
}
