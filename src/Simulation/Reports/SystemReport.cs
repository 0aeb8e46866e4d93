// Owns what one system did with a workload, as a report shows it.
namespace Tern.Simulation.Reports;

/// <summary>One system's figures in a comparison. What does not apply to a system is null, and shown as "-".</summary>
public sealed record SystemReport
{
    /// <summary>The system's name in print.</summary>
    public required string Name { get; init; }

    /// <summary>The model that the figures are of, where they are of one among several; null: of all.</summary>
    public string? Model { get; init; }

    /// <summary>Request rate of the run in requests a second; null: the workload's own.</summary>
    public double? Rate { get; init; }

    /// <summary>Figures of its requests; rejections and preemptions are counted there.</summary>
    public required ServingMetrics Metrics { get; init; }

    /// <summary>Its goodput, if it was searched.</summary>
    public GoodputResult? Goodput { get; init; }

    /// <summary>Mean share of its devices that computed over the run, from 0 to 1.</summary>
    public double? Utilization { get; init; }

    /// <summary>Sequences moved from device to host memory.</summary>
    public long? Swaps { get; init; }

    /// <summary>Sequences moved between devices.</summary>
    public long? Migrations { get; init; }

    /// <summary>Greatest share of the KV capacity in use at once, from 0 to 1.</summary>
    public double? KvHighWater { get; init; }

    /// <summary>Row and reason of the first request that was rejected, if one was.</summary>
    public string? FirstRefusal { get; init; }

    /// <summary>Share of the KV capacity in use over time, from 0 to 1.</summary>
    public Gauge? KvUse { get; init; }

    /// <summary>Requests waiting over time.</summary>
    public Gauge? QueueLength { get; init; }

    /// <summary>The same system at several request rates, rates ascending.</summary>
    public IReadOnlyList<RatePoint> Rates { get; init; } = [];

    /// <summary>The same run for each of several models: only what is known of a model's requests. Empty where there is one.</summary>
    public IEnumerable<SystemReport> OfModels() =>
        Metrics.Models.Count < 2
            ? []
            : Metrics.Models.Select(model => new SystemReport
            {
                Name = Name,
                Model = model.Key,
                Rate = Rate,
                Metrics = model.Value,
            });
}
