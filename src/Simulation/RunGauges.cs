// Owns what is watched of a run over time: KV memory in use and requests waiting, over all workers.
using Tern.Simulation.Reports;

namespace Tern.Simulation;

/// <summary>
/// Two gauges fed by a simulation. A worker reports after each of its decisions; only what it changed is added, so that the cost does not
/// grow with the number of workers. Parts of a run that do not see each other, and so have no common clock, are watched apart and added
/// up at the end. One instance watches one run.
/// </summary>
public sealed class RunGauges
{
    private readonly List<(int Waiting, long Held)> _seen = [];
    private readonly List<(RunGauges Gauges, double BlockBytes)> _parts = [];
    private readonly Gauge _kvUse = new();
    private readonly Gauge _queueLength = new();
    private long _waiting;
    private long _held;
    private long _total;

    /// <summary>Share of all workers' KV memory that sequences hold, from 0 to 1.</summary>
    public Gauge KvUse =>
        _parts.Count == 0
            ? _kvUse
            : Gauge.Sum([
                .. _parts.Select(part => (part.Gauges.KvUse, part.Gauges.Capacity * part.BlockBytes / Capacity)),
            ]);

    /// <summary>Requests waiting, in all workers together.</summary>
    public Gauge QueueLength =>
        _parts.Count == 0 ? _queueLength : Gauge.Sum([.. _parts.Select(part => (part.Gauges.QueueLength, 1.0))]);

    /// <summary>Greatest share of the KV memory of one part, or without parts of all workers, that was held at once.</summary>
    internal double KvHighWater => _parts.Count == 0 ? _kvUse.Max : _parts.Max(part => part.Gauges.KvHighWater);

    /// <summary>KV blocks, or with parts their bytes.</summary>
    private double Capacity => _parts.Count == 0 ? _total : _parts.Sum(part => part.Gauges.Capacity * part.BlockBytes);

    /// <summary>Watches a part with a clock of its own; a run has parts or workers.</summary>
    /// <param name="blockBytes">Bytes of one of the part's KV blocks; only ratios between parts matter.</param>
    internal RunGauges AddPart(double blockBytes)
    {
        var part = new RunGauges();
        _parts.Add((part, blockBytes));
        return part;
    }

    /// <summary>There is one more worker; they are numbered in the order in which they are added.</summary>
    /// <param name="totalBlocks">Its KV blocks; 0 where it draws from those of the worker before.</param>
    internal void AddWorker(long totalBlocks)
    {
        _seen.Add(default);
        _total += totalBlocks;
    }

    /// <summary>A worker has decided or completed something.</summary>
    internal void Report(int worker, double ms, int waiting, long heldBlocks)
    {
        var (waitingBefore, heldBefore) = _seen[worker];
        if (waiting == waitingBefore && heldBlocks == heldBefore)
            return;
        _seen[worker] = (waiting, heldBlocks);
        _waiting += waiting - waitingBefore;
        _held += heldBlocks - heldBefore;
        _queueLength.Set(ms, _waiting);
        _kvUse.Set(ms, (double)_held / _total);
    }

    /// <summary>The run is over.</summary>
    internal void End(double ms)
    {
        _queueLength.AdvanceTo(ms);
        _kvUse.AdvanceTo(ms);
    }
}
