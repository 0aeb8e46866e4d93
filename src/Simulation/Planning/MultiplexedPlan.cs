// Owns what the multiplexing planner answers.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Planning;

/// <summary>Several models on the devices of a cluster, some of them together, and why.</summary>
public sealed record MultiplexedPlan
{
    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Devices of the cluster.</summary>
    public required int Gpus { get; init; }

    /// <summary>The meshes, largest first.</summary>
    public required IReadOnlyList<Unit> Units { get; init; }

    /// <summary>The models that have a place, those with most requests first.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<ServedModel> Served =>
        [
            .. Units
                .SelectMany(unit => unit.Models)
                .OrderByDescending(placed => placed.Rate)
                .Select(placed => new ServedModel(placed.Name, ServedModel.ShapeOf(placed.Model))),
        ];

    /// <summary>Expected throughput in requests/s: the mean over models, weighted by their rates.</summary>
    public required double Throughput { get; init; }

    /// <summary>Why this placement.</summary>
    public required string Reason { get; init; }

    /// <summary>What the second would cost; absent without a second.</summary>
    public string? PriceOfSecond { get; init; }

    /// <summary>A mesh and the models that share it.</summary>
    /// <param name="Gpus">Devices of the mesh; every model is split over all of them.</param>
    /// <param name="Models">The models, in the order they were placed.</param>
    public sealed record Unit(int Gpus, IReadOnlyList<Placed> Models);

    /// <summary>A model of a mesh.</summary>
    /// <param name="Name">What requests call it.</param>
    /// <param name="Model">What it is: a name of <see cref="Tern.Scheduling.Latency.ModelCatalog"/>.</param>
    /// <param name="Rate">Requests/s that arrive for it.</param>
    /// <param name="Throughput">Requests/s it is expected to serve.</param>
    /// <param name="DecodeShare">Share of the compute units its decodes get.</param>
    /// <param name="Batch">Sequences it is expected to decode at once.</param>
    /// <param name="Limit">What keeps it from serving more: arrivals, batch or neighbours.</param>
    public sealed record Placed(
        string Name,
        string Model,
        double Rate,
        double Throughput,
        double DecodeShare,
        int Batch,
        string Limit
    );
}
