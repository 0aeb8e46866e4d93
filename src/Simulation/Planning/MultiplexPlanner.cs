// Owns planning for several models that share a cluster.
using System.Globalization;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Planning;

/// <summary>MuxServe's placement (ICML 2024, §3.2) for the models that a workload asks for, with their rates and mean lengths in it.</summary>
public static class MultiplexPlanner
{
    /// <summary>Places the models of a workload on a cluster, each served under its name.</summary>
    /// <exception cref="ModelNameException">A request names a model that the catalog does not know, or none.</exception>
    /// <exception cref="NoPlacementException">No way to cut the nodes gives every model a place.</exception>
    public static MultiplexedPlan Plan(ClusterDescription cluster, RatedWorkload workload) =>
        Plan(
            cluster,
            ModelLoad.Of(
                workload,
                [.. workload.Models.Select(name => new ServedModel(name, ServedModel.ShapeOf(name)))]
            )
        );

    /// <summary>Places models on a cluster.</summary>
    /// <exception cref="NoPlacementException">No way to cut the nodes gives every model a place.</exception>
    public static MultiplexedPlan Plan(ClusterDescription cluster, IReadOnlyList<ModelLoad> loads)
    {
        var options = new MultiplexSearch.Options
        {
            Nodes = cluster.Nodes,
            GpusPerNode = cluster.GpusPerNode,
            GpuMemoryBytes = cluster.Device.MemoryBytes,
        };
        var llms = loads.Select(load => Llm(cluster, load, options)).ToList();
        var shapes = loads.ToDictionary(load => load.Model.Name, load => load.Model.Shape.Name);
        var plan =
            new MultiplexSearch(options).Search(llms)
            ?? throw new NoPlacementException(
                $"{llms.Count} models find no place on {cluster.Nodes} × {cluster.GpusPerNode} {cluster.Device.Name}: {string.Join(", ", llms.Select(llm => Needs(llm, options)))}{Heads(llms)}"
            );
        return new MultiplexedPlan
        {
            Device = cluster.Device.Name,
            Gpus = cluster.Gpus,
            Units =
            [
                .. plan.Units.Select(unit => new MultiplexedPlan.Unit(
                    unit.Gpus,
                    [.. unit.Llms.Select(placed => Placed(placed, shapes[placed.Llm.Name]))]
                )),
            ],
            Throughput = plan.Throughput,
            Reason = Text(
                $"{plan.TotalThroughput:0.##} of {llms.Sum(llm => llm.RatePerSecond):0.##} req/s are expected to be served, the best of {plan.Considered} ways to cut the nodes ({plan.Feasible} of them have room for all models)"
            ),
            PriceOfSecond = plan.RunnerUp is null ? null : Second(plan),
        };
    }

    private static MultiplexedLlm Llm(ClusterDescription cluster, ModelLoad load, MultiplexSearch.Options options)
    {
        var shape = load.Model.Shape;
        var weightBytes = (double)shape.WeightBytes;
        var room = options.MaxWeightShare * options.GpuMemoryBytes;
        return new MultiplexedLlm
        {
            Name = load.Model.Name,
            RatePerSecond = load.RatePerSecond,
            PromptTokens = load.PromptTokens,
            OutputTokens = load.OutputTokens,
            WeightBytes = weightBytes,
            KvBytesPerToken = shape.KvBytesPerToken,
            HeadDimension = shape.HeadDimension,
            ComputeWeight = shape.Parameters,
            MinGpus = options.MeshSizes.Where(size => weightBytes <= room * size).DefaultIfEmpty(int.MaxValue).Min(),
            LatencyOn = gpus => shape.Heads % gpus == 0 ? ColocatedRoofline.Of(cluster.Device, shape, gpus) : null,
        };
    }

    private static string Needs(MultiplexedLlm llm, MultiplexSearch.Options options) =>
        llm.MinGpus == int.MaxValue
            ? Text($"{llm.Name} is too large for a mesh of {options.MeshSizes.Max()}")
            : Text($"{llm.Name} needs {llm.MinGpus} {(llm.MinGpus == 1 ? "device" : "devices")} or more");

    /// <summary>Models whose heads differ never share a mesh.</summary>
    private static string Heads(List<MultiplexedLlm> llms) =>
        llms.GroupBy(llm => llm.HeadDimension).ToList() is [_, _, ..] groups
            ? Text(
                $"; on meshes apart, as their heads differ in size: {string.Join(" / ", groups.Select(group => string.Join(", ", group.Select(llm => llm.Name))))}"
            )
            : "";

    private static MultiplexedPlan.Placed Placed(PlacedLlm placed, string shape) =>
        new(
            placed.Llm.Name,
            shape,
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
                $"{first.Winner.Llm.Name} would be on {first.RunnerUpGpus} devices, now {first.WinnerGpus}, and serve {first.RunnerUp.Throughput:0.##} req/s instead of {first.Winner.Throughput:0.##}"
            )
            : "it serves every model alike";
        return Text($"second place serves {100 * plan.RunnerUpLoss:0.##} % less: {difference}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
