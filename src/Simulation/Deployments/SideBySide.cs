// Owns simulations that run side by side and share nothing.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>
/// Parts of a deployment of which each takes its own requests and never sees the others. Each is simulated for itself; the workload is
/// read once for each.
/// </summary>
/// <param name="parts">The parts, at least one.</param>
/// <param name="gauges">Watch the parts together over time, if there are any.</param>
internal sealed class SideBySide(IReadOnlyList<SideBySide.Part> parts, RunGauges? gauges) : ISimulation
{
    /// <summary>One part.</summary>
    /// <param name="Devices">Its devices.</param>
    /// <param name="BlockBytes">Bytes of one of its KV blocks; only ratios between parts matter.</param>
    /// <param name="Make">Makes its simulation.</param>
    /// <param name="Take">Its requests among all.</param>
    public sealed record Part(
        int Devices,
        double BlockBytes,
        Func<RunGauges?, ISimulation> Make,
        Func<IEnumerable<TraceRequest>, IEnumerable<TraceRequest>> Take
    );

    /// <summary>Copies that take requests in turn: the first goes to the first, the second to the second, and so on.</summary>
    public static SideBySide InTurn(int copies, Func<RunGauges?, ISimulation> copy, RunGauges? gauges) =>
        new(
            [
                .. Enumerable
                    .Range(0, copies)
                    .Select(turn => new Part(1, 1, copy, all => all.Where((_, i) => i % copies == turn))),
            ],
            gauges
        );

    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default)
    {
        SimulationResult[] results =
        [
            .. parts.Select(part => part.Make(gauges?.AddPart(part.BlockBytes)).Run(part.Take(workload), cancellation)),
        ];
        return new SimulationResult
        {
            Timelines = [.. results.SelectMany(result => result.Timelines).OrderBy(timeline => timeline.ArrivalMs)],
            Refused = [.. results.SelectMany(result => result.Refused).OrderBy(refused => refused.Row)],
            Batches = [],
            Served = results.Sum(result => result.Served),
            DurationMs = results.Max(result => result.DurationMs),
            Migrations = results.Sum(result => result.Migrations),
            Events = results.Sum(result => result.Events),
            Workers = [.. results.SelectMany((result, i) => Weighed(result.Workers, parts[i].Devices))],
        };
    }

    /// <summary>The workers of a part stand for all its devices.</summary>
    private static IEnumerable<WorkerReport> Weighed(IReadOnlyList<WorkerReport> workers, int devices) =>
        workers.Select(worker =>
            worker with
            {
                Devices = worker.Devices * devices / workers.Sum(other => other.Devices),
            }
        );
}
