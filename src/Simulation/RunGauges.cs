// Owns what is watched of a run over time: KV memory in use and requests waiting, over all workers.
using Tern.Simulation.Reports;

namespace Tern.Simulation;

/// <summary>
/// Two gauges fed by a simulation. A worker reports after each of its decisions; only what it changed is added, so that the cost does not
/// grow with the number of workers. One instance watches one run.
/// </summary>
public sealed class RunGauges
{
    private readonly List<(int Waiting, int Held)> _seen = [];
    private long _waiting;
    private long _held;
    private long _total;

    /// <summary>Share of all workers' KV blocks that sequences hold, from 0 to 1.</summary>
    public Gauge KvUse { get; } = new();

    /// <summary>Requests waiting, in all workers together.</summary>
    public Gauge QueueLength { get; } = new();

    /// <summary>There is one more worker; they are numbered in the order in which they are added.</summary>
    /// <param name="totalBlocks">Its KV blocks.</param>
    internal void AddWorker(long totalBlocks)
    {
        _seen.Add(default);
        _total += totalBlocks;
    }

    /// <summary>A worker has decided or completed something.</summary>
    internal void Report(int worker, double ms, int waiting, int heldBlocks)
    {
        var (waitingBefore, heldBefore) = _seen[worker];
        if (waiting == waitingBefore && heldBlocks == heldBefore)
            return;
        _seen[worker] = (waiting, heldBlocks);
        _waiting += waiting - waitingBefore;
        _held += heldBlocks - heldBefore;
        QueueLength.Set(ms, _waiting);
        KvUse.Set(ms, (double)_held / _total);
    }

    /// <summary>The run is over.</summary>
    internal void End(double ms)
    {
        QueueLength.AdvanceTo(ms);
        KvUse.AdvanceTo(ms);
    }
}
