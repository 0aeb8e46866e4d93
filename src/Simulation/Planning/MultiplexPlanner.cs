// Owns planning for several models that share a cluster.
using System.Globalization;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Planning;

/// <summary>MuxServe's placement (ICML 2024, §3.2) for the models that a workload asks for, with their rates and mean lengths in it.</summary>
public static class MultiplexPlanner
{
    /// <summary>Places the models of a workload on a cluster.</summary>
    /// <exception cref="ArgumentException">A request names a model that the catalog does not know, or none.</exception>
    /// <exception cref="NoPlacementException">No way to cut the nodes gives every model a place.</exception>
    public static MultiplexedPlan Plan(ClusterDescription cluster, RatedWorkload workload)
    {
        var options = new MultiplexSearch.Options
        {
            Nodes = cluster.Nodes,
            GpusPerNode = cluster.GpusPerNode,
            GpuMemoryBytes = cluster.Device.MemoryBytes,
        };
        var llms = Llms(cluster, workload, options);
        var plan =
            new MultiplexSearch(options).Search(llms)
            ?? throw new NoPlacementException(
                $"{llms.Count} models find no place on {cluster.Nodes} × {cluster.GpusPerNode} {cluster.Device.Name}: {string.Join(", ", llms.Select(llm => Text($"{llm.Name} needs {llm.MinGpus} devices or more")))}"
            );
        return new MultiplexedPlan
        {
            Device = cluster.Device.Name,
            Gpus = cluster.Gpus,
            Units = [.. plan.Units.Select(unit => new MultiplexedPlan.Unit(unit.Gpus, [.. unit.Llms.Select(Placed)]))],
            Throughput = plan.Throughput,
            Reason = Text(
                $"{plan.TotalThroughput:0.##} of {llms.Sum(llm => llm.RatePerSecond):0.##} req/s are expected to be served, the best of {plan.Considered} ways to cut the nodes ({plan.Feasible} of them have room for all models)"
            ),
            PriceOfSecond = plan.RunnerUp is null ? null : Second(plan),
        };
    }

    private static List<MultiplexedLlm> Llms(
        ClusterDescription cluster,
        RatedWorkload workload,
        MultiplexSearch.Options options
    )
    {
        var seconds = workload.Rate is { } rate
            ? workload.Count / rate
            : throw new ArgumentException(
                $"{workload.Description}: all requests arrive at one moment, so no model has a rate"
            );
        return
        [
            .. workload
                .Requests.GroupBy(request => request.Model)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group =>
                {
                    var shape = ModelCatalog.Get(group.Key);
                    var weightBytes = (double)shape.WeightBytes;
                    var room = options.MaxWeightShare * options.GpuMemoryBytes;
                    return new MultiplexedLlm
                    {
                        Name = group.Key,
                        RatePerSecond = group.Count() / seconds,
                        PromptTokens = group.Average(request => request.PromptTokens),
                        OutputTokens = group.Average(request => request.OutputTokens),
                        WeightBytes = weightBytes,
                        KvBytesPerToken = shape.KvBytesPerToken,
                        ComputeWeight = shape.Parameters,
                        MinGpus = options
                            .MeshSizes.Where(size => weightBytes <= room * size)
                            .DefaultIfEmpty(int.MaxValue)
                            .Min(),
                        LatencyOn = gpus =>
                            shape.Heads % gpus == 0 ? new ColocatedRoofline(cluster.Device, shape, gpus) : null,
                    };
                }),
        ];
    }

    private static MultiplexedPlan.Placed Placed(PlacedLlm placed) =>
        new(
            placed.Llm.Name,
            placed.Llm.RatePerSecond,
            placed.Throughput,
            placed.DecodeShare,
            placed.Batch,
            placed.Limit.ToString()
        );

    private static string Second(MultiplexPlan plan)
    {
        var difference = plan.Differences() is [var first, ..]
            ? Text(
                $"{first.Winner.Llm.Name} would get {first.RunnerUpGpus} devices instead of {first.WinnerGpus} and serve {first.RunnerUp.Throughput:0.##} req/s instead of {first.Winner.Throughput:0.##}"
            )
            : "it serves every model alike";
        return Text($"second place serves {100 * plan.RunnerUpLoss:0.##} % less: {difference}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
