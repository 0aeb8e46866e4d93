// Owns the simulation of a pipeline whose stages can exchange layers (DynaPipe).
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// One pipeline in virtual time. A batch passes the stages of the partition that was in force when it began; a stage computes layer after
/// layer, one batch at a time. When a partition changes, a layer's keys and values leave its old stage once the batch before has
/// passed that layer, and the first batch after waits for them where it reaches the layer.
/// </summary>
public sealed class PipelineWorker : ISimulation
{
    private readonly PipelinePlan _plan;

    /// <summary>Creates the simulation.</summary>
    /// <exception cref="ArgumentException">Partition and latency differ in layers or stages, or a policy lacks what it needs.</exception>
    public PipelineWorker(PipelinePlan plan)
    {
        if (plan.Partition.Stages != plan.Latency.Stages || plan.Partition.Layers != plan.Latency.Layers)
            throw new ArgumentException(
                $"the partition has {plan.Partition.Layers} layers over {plan.Partition.Stages} stages; it must have {plan.Latency.Layers} over {plan.Latency.Stages}",
                nameof(plan)
            );
        if (plan.System.Partitioning is not null && (plan.Predictor is null || plan.Transfer is null))
            throw new ArgumentException(
                $"'{plan.System.Name}' moves layers; that needs {nameof(plan.Predictor)} and {nameof(plan.Transfer)}",
                nameof(plan)
            );
        plan.Options.Validated();
        _plan = plan;
    }

    /// <summary>Watches the run over time if there are any; new ones for each run.</summary>
    public RunGauges? Gauges { get; init; }

    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default) =>
        Run(workload, out _, cancellation);

    /// <summary>Serves all requests and tells how the stages were balanced.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Arrivals go back in time.</exception>
    public SimulationResult Run(
        IEnumerable<TraceRequest> workload,
        out PipelineReport report,
        CancellationToken cancellation = default
    )
    {
        using var arrivals = workload.GetEnumerator();
        var run = new PipelineRun(_plan, arrivals, cancellation) { Gauges = Gauges };
        var result = run.Run();
        report = run.Report;
        return result;
    }

    private sealed class PipelineRun : SoloRun
    {
        private readonly PipelinePlan _plan;
        private readonly List<Repartition> _repartitions = [];
        private readonly double[] _freeMs;
        private readonly double[] _linkFreeMs;
        private readonly double[] _computedMs;
        private readonly double[] _arrivedMs;
        private readonly double[] _besideMs;
        private LayerPartition _partition;
        private TriggerWindow _window;
        private int _inFlight;
        private long _batches;
        private double _tailRatios;

        public PipelineRun(PipelinePlan plan, IEnumerator<TraceRequest> arrivals, CancellationToken cancellation)
            : base(plan.Options, plan.System, arrivals, cancellation)
        {
            (_plan, _partition) = (plan, plan.Partition);
            _freeMs = new double[_partition.Stages];
            _linkFreeMs = new double[_partition.Stages];
            _besideMs = new double[_partition.Stages];
            _computedMs = new double[_partition.Layers];
            _arrivedMs = new double[_partition.Layers];
        }

        public PipelineReport Report => new(_repartitions, _batches > 0 ? _tailRatios / _batches : 0);

        protected override void Proceed()
        {
            while (_freeMs[0] <= NowMs && _inFlight < _freeMs.Length && Next(Lane.Main) is { } batch)
                Launch(batch);
        }

        protected override void Completed(Batch batch) => _inFlight--;

        private void Launch(Batch batch)
        {
            _inFlight++;
            var step = StepShape.Of(batch);
            var before = _partition;
            if (_plan.System.Partitioning is { } policy)
                Adapt(policy, step);
            var layerMs = _plan.Latency.LayersMs(step, 1, DeviceShare.Whole);
            _batches++;
            _tailRatios += _plan.Latency.HeadMs(step, DeviceShare.Whole) / layerMs;
            var (atMs, waitedMs) = (NowMs, 0.0);
            for (var stage = 0; stage < _freeMs.Length; stage++)
            {
                atMs = Math.Max(atMs, _freeMs[stage]);
                var startMs = atMs;
                for (var layer = _partition.FirstLayer(stage); layer < _partition.FirstLayer(stage + 1); layer++)
                {
                    waitedMs += Math.Max(0, _arrivedMs[layer] - atMs);
                    atMs = Math.Max(atMs, _arrivedMs[layer]) + layerMs;
                    _computedMs[layer] = atMs;
                }
                atMs += _plan.Latency.BesideLayersMs(step, stage, DeviceShare.Whole);
                _freeMs[stage] = atMs;
                // The mean over the stages.
                BusyMs += (atMs - startMs) / _freeMs.Length;
            }
            if (!ReferenceEquals(before, _partition))
            {
                var moved = before.MovesTo(_partition).Count;
                _repartitions.Add(new Repartition(NowMs, before, _partition, moved, waitedMs));
            }
            if (_freeMs[0] < atMs)
                LookAgainAt(_freeMs[0]);
            DoneAt(atMs, batch);
        }

        /// <summary>Asks the policy; when enough batches agree, layers set out, and this batch is the first in the new partition.</summary>
        private void Adapt(IPartitioningPolicy policy, in StepShape step)
        {
            var predictor = _plan.Predictor!;
            // Starting a batch and handing it on are the same every time; what is worth predicting is the tail.
            for (var stage = 0; stage < _besideMs.Length - 1; stage++)
                _besideMs[stage] = _plan.Latency.BesideLayersMs(step, stage, DeviceShare.Whole);
            _besideMs[^1] = predictor.SampleMs(step);
            _window = _window.After(policy.Choose(predictor.LayerMs(step), _besideMs, _partition));
            if (!_window.Triggers(_partition, _plan.TriggerBatches))
                return;
            var tokens = (long)Scheduler.HeldBlocks * _plan.Options.BlockSize;
            var target = _window.Proposed!;
            foreach (var move in _partition.MovesTo(target))
            {
                // The batch in front has its times already, as stages serve in order.
                _linkFreeMs[move.From] = _plan.Transfer!.ArrivedMs(
                    _computedMs[move.Layer],
                    _linkFreeMs[move.From],
                    tokens
                );
                _arrivedMs[move.Layer] = _linkFreeMs[move.From];
            }
            _partition = target;
        }
    }
}
