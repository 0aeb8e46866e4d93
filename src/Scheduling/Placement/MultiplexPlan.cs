// Owns a placement of LLMs on a cluster, and why it was chosen.
namespace Tern.Scheduling.Placement;

/// <summary>The outcome of a multiplexing search.</summary>
public sealed record MultiplexPlan
{
    /// <summary>The units, largest mesh first. Meshes that got no LLM are left out.</summary>
    public required IReadOnlyList<MultiplexUnit> Units { get; init; }

    /// <summary>The partition of each node into meshes, as the search enumerated it.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> NodePartitions { get; init; }

    /// <summary>Expected throughput: the mean over LLMs of requests in a second, weighted by their rates.</summary>
    public required double Throughput { get; init; }

    /// <summary>Requests in a second over all LLMs.</summary>
    public double TotalThroughput => Units.Sum(unit => unit.Llms.Sum(placed => placed.Throughput));

    /// <summary>Partitions looked at.</summary>
    public required int Considered { get; init; }

    /// <summary>Partitions on which every LLM found a place.</summary>
    public required int Feasible { get; init; }

    /// <summary>The best plan with other units; null if there is none. It has no runner-up of its own.</summary>
    public MultiplexPlan? RunnerUp { get; init; }

    /// <summary>Share of the throughput that the runner-up would cost, from 0 to 1; 0 if there is none.</summary>
    public double RunnerUpLoss =>
        RunnerUp is null || Throughput <= 0 ? 0 : Math.Max(0, 1 - RunnerUp.Throughput / Throughput);

    /// <summary>What the runner-up would change for each LLM it would serve differently: why the winner wins.</summary>
    public IReadOnlyList<PlacementDifference> Differences()
    {
        if (RunnerUp is not { } other)
            return [];
        var theirs = other.Units.SelectMany(unit => unit.Llms.Select(placed => (unit, placed)));
        var byName = theirs.ToDictionary(entry => entry.placed.Llm.Name);
        List<PlacementDifference> differences = [];
        foreach (var unit in Units)
        {
            foreach (var placed in unit.Llms)
            {
                var (otherUnit, otherPlaced) = byName[placed.Llm.Name];
                if (unit.Gpus != otherUnit.Gpus || placed.Throughput != otherPlaced.Throughput)
                    differences.Add(new PlacementDifference(placed, unit.Gpus, otherPlaced, otherUnit.Gpus));
            }
        }
        return differences;
    }
}
