// Owns copies of a deployment that take requests in turn.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>
/// Copies side by side that share nothing: the first request goes to the first, the second to the second, and so on. Each is simulated for
/// itself; the workload is read once for each.
/// </summary>
/// <param name="copy">Makes one copy.</param>
/// <param name="count">Copies, at least 1.</param>
internal sealed class TurnTaking(Func<ISimulation> copy, int count) : ISimulation
{
    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default)
    {
        SimulationResult[] results =
        [
            .. Enumerable
                .Range(0, count)
                .Select(turn => copy().Run(workload.Where((_, i) => i % count == turn), cancellation)),
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
            Workers = [.. results.SelectMany(result => result.Workers)],
        };
    }
}
