// Owns the simulation of a device that prefills and decodes at the same time (Bullet).
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// One device in virtual time with a lane for each phase. A prefill batch advances a few layers at a time, a decode step is one piece; before each the
/// sharing policy is asked. What runs keeps its units to its end, so a phase gets what it is dealt as far as the other has left it. Units dealt to both
/// are no partition: the kernels of the two queues take turns, so each step also waits for as much of the other's.
/// </summary>
public sealed class SharedDeviceWorker : ISimulation
{
    private readonly SharedDevicePlan _plan;

    /// <summary>Creates the simulation.</summary>
    /// <exception cref="ArgumentException">The system has no sharing policy or no batching for decodes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public SharedDeviceWorker(SharedDevicePlan plan)
    {
        if (plan.System.Sharing is null || plan.System.DecodeBatching is null)
            throw new ArgumentException(
                $"'{plan.System.Name}' does not run both phases side by side; that needs {nameof(ServingSystem.Sharing)} and {nameof(ServingSystem.DecodeBatching)}",
                nameof(plan)
            );
        plan.Options.Validated();
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.Layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.LayersPerStep, 1);
        _plan = plan;
    }

    /// <summary>Watches the run over time if there are any; new ones for each run.</summary>
    public RunGauges? Gauges { get; init; }

    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default)
    {
        using var arrivals = workload.GetEnumerator();
        return new SharedRun(_plan, arrivals, cancellation) { Gauges = Gauges }.Run();
    }

    private sealed class SharedRun(
        SharedDevicePlan plan,
        IEnumerator<TraceRequest> arrivals,
        CancellationToken cancellation
    ) : SoloRun(plan.Options, plan.System, arrivals, cancellation)
    {
        private readonly ISharingPolicy _sharing = plan.System.Sharing!;
        private readonly Comparer<Sequence> _order = Comparer<Sequence>.Create(plan.System.Ordering.Compare);
        private readonly List<Sequence> _queued = [];
        private readonly List<PendingPrompt> _pending = [];
        private readonly List<double> _tpots = [];
        private Batch? _prefill;
        private StepShape _prefillShape;
        private int _layersLeft;
        private int _prefillUnits;
        private double _layersEndMs;
        private StepShape _decodeShape;
        private int _decodeUnits;
        private double _decodedMs;
        private double _countedMs;

        protected override void Added(Sequence sequence)
        {
            var at = _queued.BinarySearch(sequence, _order);
            _queued.Insert(~at, sequence);
        }

        protected override void Completed(Batch batch)
        {
            CountUse();
            if (batch.Lane == Lane.Decode)
                (_decodeUnits, _decodedMs) = (0, NowMs);
            else
                _prefill = null;
        }

        protected override void Proceed()
        {
            CountUse();
            if (_prefillUnits > 0 && _layersEndMs <= NowMs)
                EndLayers();
            // The batch is completed by an event of its own, of this very moment.
            if (_prefill is not null && _layersLeft == 0)
                return;
            if (_prefill is null && Next(Lane.Main) is { } next)
                TakeUp(next);
            var split = Split();
            if (_prefill is not null && _prefillUnits == 0)
                BeginLayers(split);
            if (_decodeUnits == 0)
                BeginDecode(split);
        }

        /// <summary>Counts the units in use since the last change of them; those dealt to both phases once.</summary>
        private void CountUse()
        {
            BusyMs += (NowMs - _countedMs) * Math.Min(1, (double)(_prefillUnits + _decodeUnits) / _sharing.Units);
            _countedMs = NowMs;
        }

        private void TakeUp(Batch batch)
        {
            (_prefill, _prefillShape, _layersLeft) = (batch, StepShape.Of(batch), plan.Layers);
            foreach (var item in batch.Items)
                _queued.Remove(item.Sequence);
        }

        private UnitSplit Split()
        {
            _pending.Clear();
            if (_prefill is not null)
            {
                foreach (var item in _prefill.Items)
                    Await(item.Sequence);
            }
            var running = _pending.Count;
            foreach (var sequence in _queued)
                Await(sequence);
            var load = new PhaseLoad
            {
                Prefill = _prefill is null ? default : _prefillShape,
                PrefillLeft = (double)_layersLeft / plan.Layers,
                Decode = _decodeUnits > 0 ? _decodeShape : ToDecode(),
                TpotP90Ms = TpotP90(),
                DecodePausedMs = _decodeUnits > 0 ? 0 : NowMs - _decodedMs,
            };
            var pending = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pending);
            return _sharing.Choose(plan.Estimator, load, pending, running, NowMs);

            void Await(Sequence sequence)
            {
                if (sequence.GeneratedCount == 0)
                    _pending.Add(new PendingPrompt(sequence.Timeline.ArrivalMs, sequence.Request.PromptTokens));
            }
        }

        /// <summary>What the next decode step would compute.</summary>
        private StepShape ToDecode()
        {
            var (sequences, context) = (0, 0L);
            foreach (var sequence in Scheduler.Running)
            {
                if (sequence.Remaining == 1 && !sequence.InPrefill)
                    (sequences, context) = (sequences + 1, context + sequence.TokenCount);
            }
            return sequences == 0 ? default : StepShape.Decode(sequences, context);
        }

        /// <summary>Over the sequences that decode: ms since their first token over tokens since, the one in the making included.</summary>
        private double TpotP90()
        {
            _tpots.Clear();
            foreach (var sequence in Scheduler.Running)
            {
                if (sequence.GeneratedCount > 0)
                    _tpots.Add((NowMs - sequence.Timeline.FirstTokenMs) / sequence.GeneratedCount);
            }
            if (_tpots.Count == 0)
                return 0;
            _tpots.Sort();
            return _tpots[(int)(0.9 * (_tpots.Count - 1))];
        }

        private void BeginLayers(UnitSplit split)
        {
            var apart = split.Prefill + split.Decode <= _sharing.Units;
            var units = apart ? Math.Min(split.Prefill, _sharing.Units - _decodeUnits) : split.Prefill;
            if (units <= 0)
                return;
            var layers = Math.Min(plan.LayersPerStep, _layersLeft);
            var part = (double)layers / plan.Layers;
            var decoding = _decodeUnits > 0 || (split.Decode > 0 && ToDecode().Rows > 0);
            var ms = part * plan.Latency.StepMs(_prefillShape, Share(units, decoding));
            if (!apart && decoding)
                ms += part * plan.Latency.StepMs(_decodeUnits > 0 ? _decodeShape : ToDecode());
            _prefillUnits = units;
            _layersLeft -= layers;
            _layersEndMs = NowMs + ms;
            if (_layersLeft == 0)
                DoneAt(_layersEndMs, _prefill!);
            else
                LookAgainAt(_layersEndMs);
        }

        private void EndLayers() => _prefillUnits = 0;

        private void BeginDecode(UnitSplit split)
        {
            var apart = split.Prefill + split.Decode <= _sharing.Units;
            var units = apart ? Math.Min(split.Decode, _sharing.Units - _prefillUnits) : split.Decode;
            if (units <= 0 || Next(Lane.Decode) is not { } batch)
                return;
            _decodeShape = StepShape.Of(batch);
            var ms = plan.Latency.StepMs(_decodeShape, Share(units, _prefill is not null));
            if (!apart && _prefill is not null)
                ms += plan.Latency.StepMs(_prefillShape);
            _decodeUnits = units;
            DoneAt(NowMs + ms, batch);
        }

        private DeviceShare Share(int units, bool besideOther) => new((double)units / _sharing.Units, besideOther);
    }
}
