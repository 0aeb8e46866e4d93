// Owns one run of a unit: jobs side by side on shares of the same GPUs, and what they do to each other.
using Tern.Scheduling;
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// Jobs advance together. What slows them is computed from what they ask for, not fitted: compute units handed out twice are halved, and
/// when the jobs together would draw more than the memory's bandwidth, each one's traffic takes longer by that factor. Both change
/// whenever a job begins or ends, so a job's end is only known when it is the next.
/// </summary>
internal sealed class SimulatedUnit
{
    private readonly UnitPlan _plan;
    private readonly UnitLlm[] _llms;
    private readonly ColocatedLlm[] _snapshot;
    private readonly SharedBlocks _blocks;
    private readonly List<Job> _jobs = [];
    private readonly long[] _quotas;
    private readonly QuotaUse[] _uses;
    private LaunchTurn _turn = LaunchTurn.First;
    private double _nowMs;
    private double _adaptMs = double.PositiveInfinity;
    private int _partsInUse;
    private bool _stirred;

    public SimulatedUnit(UnitPlan plan, ServingSystem system)
    {
        _plan = plan;
        _llms = [.. plan.Llms.Select(llm => new UnitLlm(plan, llm, system))];
        _snapshot = new ColocatedLlm[_llms.Length];
        _uses = new QuotaUse[_llms.Length];
        _quotas = new long[_llms.Length];
        int[] groups = [.. plan.Llms.Select(llm => llm.GroupBlocks)];
        _blocks = new SharedBlocks(plan.KvBlocks, groups);
        double[] rates = [.. plan.Llms.Select(llm => llm.RatePerSecond)];
        plan.Batching.Begin(plan.KvBlocks, rates, groups, _quotas);
    }

    public Action<QuotaSample>? Adapted { get; init; }

    public Action<string, RequestTimeline>? Finished { get; init; }

    public RunGauges? Gauges { get; init; }

    public double EndMs { get; private set; }

    public long Events { get; private set; }

    /// <summary>Takes in a request at the moment the unit has come to.</summary>
    public RequestTimeline Add(TraceRequest request)
    {
        var index = 0;
        while (_plan.Llms[index].Name != request.Model)
            index++;
        if (double.IsInfinity(_adaptMs))
            BeginAdapting();
        var sequence = _llms[index].Scheduler.Add(request.ToRequest(withContent: false), _nowMs)[0];
        _stirred = true;
        return sequence.Timeline;
    }

    /// <summary>Lets all happen that happens before a moment, and what ends at it.</summary>
    public void AdvanceTo(double ms)
    {
        while (true)
        {
            if (_stirred && (ms > _nowMs || _jobs.Count > 0))
                Launch();
            var endMs = NextEndMs(out var job);
            var nextMs = Math.Min(endMs, _jobs.Count > 0 ? _adaptMs : double.PositiveInfinity);
            if (nextMs > ms || double.IsInfinity(nextMs))
                break;
            Progress(nextMs);
            Events++;
            if (nextMs < endMs)
                Adapt();
            else
                End(job);
        }
        if (double.IsFinite(ms))
            Progress(ms);
    }

    /// <summary>Serves what is left.</summary>
    public void Finish()
    {
        AdvanceTo(double.PositiveInfinity);
        foreach (var llm in _llms)
        {
            if (llm.Scheduler.HasWork)
                throw new InvalidOperationException(
                    $"unit '{_plan.Name}' stands still with work for '{llm.Plan.Name}'"
                );
        }
        Gauges?.End(_nowMs);
    }

    public IEnumerable<WorkerReport> Reports() => _llms.Select(llm => llm.Report(_plan.Name, 1.0 / _llms.Length));

    private void BeginAdapting()
    {
        _adaptMs = _plan.Batching.Quotas == QuotaRule.Adaptive ? _nowMs + _plan.Batching.AdaptEveryMs : double.MaxValue;
        ReportQuotas();
    }

    private void Launch()
    {
        _stirred = false;
        Launch(withQuotas: true);
        // A quota that leaves the GPUs idle protects nobody.
        if (_jobs.Count == 0)
            Launch(withQuotas: false);
        for (var i = 0; Gauges is not null && i < _llms.Length; i++)
        {
            var held = (long)_llms[i].Scheduler.HeldBlocks * _plan.Llms[i].GroupBlocks;
            Gauges.Report(i, _nowMs, _llms[i].Scheduler.Stats.Waiting, held);
        }
    }

    private void Launch(bool withQuotas)
    {
        foreach (var llm in _llms)
            llm.Unblock();
        while (true)
        {
            for (var i = 0; i < _llms.Length; i++)
                _snapshot[i] = _llms[i].Snapshot(withQuotas ? SequenceQuota(i) : int.MaxValue);
            if (_plan.Batching.Next(_snapshot, _partsInUse, ref _turn) is not { } launch)
                return;
            var llm = _llms[launch.Llm];
            // Quotas bound who is let in, in sequences of mean length as in the released code; who is in may grow.
            var most = llm.Scheduler.Options.MaxSequences;
            llm.Scheduler.SequenceLimit = withQuotas ? Math.Min(SequenceQuota(launch.Llm), most) : most;
            llm.Scheduler.BlockLimit = _blocks.LimitOf(launch.Llm);
            var batch = llm.Begin(launch.IsPrefill, _nowMs);
            _blocks.Report(launch.Llm, llm.Scheduler.HeldBlocks);
            if (batch is null)
                continue;
            var demand = llm.Plan.Latency.Demand(StepShape.Of(batch), (double)launch.Parts / _plan.Batching.Parts);
            _jobs.Add(new Job(launch, batch, demand));
            _partsInUse += launch.Parts;
            SetSpeeds();
        }
    }

    private void End(int index)
    {
        var job = _jobs[index];
        _jobs.RemoveAt(index);
        _partsInUse -= job.Launch.Parts;
        var llm = _llms[job.Launch.Llm];
        llm.End(job.Launch.IsPrefill, job.Batch, _nowMs, Finished);
        _blocks.Report(job.Launch.Llm, llm.Scheduler.HeldBlocks);
        EndMs = _nowMs;
        _stirred = true;
        SetSpeeds();
    }

    /// <summary>How fast each job goes now that these run together.</summary>
    private void SetSpeeds()
    {
        var compute = Math.Max(1, (double)_partsInUse / _plan.Batching.Parts);
        var bandwidth = 0.0;
        foreach (var job in _jobs)
            bandwidth += job.Demand.MeanBandwidth;
        bandwidth = Math.Max(1, bandwidth);
        foreach (var job in _jobs)
            job.PerMs = 1 / job.Demand.DurationMs(compute, bandwidth);
    }

    private double NextEndMs(out int first)
    {
        (first, var endMs) = (-1, double.PositiveInfinity);
        for (var i = 0; i < _jobs.Count; i++)
        {
            var ms = _nowMs + _jobs[i].Left / _jobs[i].PerMs;
            if (ms < endMs)
                (first, endMs) = (i, ms);
        }
        return endMs;
    }

    private void Progress(double ms)
    {
        var elapsedMs = ms - _nowMs;
        // Parts booked twice compute no more than once: what is in use ends at the whole unit, and its jobs share that.
        var partMs = elapsedMs / Math.Max(_plan.Batching.Parts, _partsInUse);
        foreach (var job in _jobs)
        {
            job.Left = Math.Max(0, job.Left - elapsedMs * job.PerMs);
            _llms[job.Launch.Llm].BusyMs += partMs * job.Launch.Parts;
        }
        _nowMs = ms;
    }

    private void Adapt()
    {
        for (var i = 0; i < _llms.Length; i++)
            _uses[i] = _llms[i].Use(_quotas[i]);
        _plan.Batching.Adapt(_uses, _quotas);
        _adaptMs = _nowMs + _plan.Batching.AdaptEveryMs;
        _stirred = true;
        ReportQuotas();
    }

    private int SequenceQuota(int llm) =>
        _plan.Batching.Quotas == QuotaRule.None
            ? int.MaxValue
            : (int)Math.Max(1, _quotas[llm] / _llms[llm].BlocksPerSequence);

    private void ReportQuotas()
    {
        if (Adapted is null)
            return;
        for (var i = 0; i < _llms.Length; i++)
        {
            var held = (long)_llms[i].Scheduler.HeldBlocks * _plan.Llms[i].GroupBlocks;
            Adapted(new QuotaSample(_nowMs, _plan.Name, _plan.Llms[i].Name, _quotas[i], held));
        }
    }

    private sealed class Job(JobLaunch launch, Batch batch, StepDemand demand)
    {
        public JobLaunch Launch => launch;

        public Batch Batch => batch;

        public StepDemand Demand => demand;

        /// <summary>Share of the job that is still to do.</summary>
        public double Left { get; set; } = 1;

        /// <summary>Share of the job done in a ms.</summary>
        public double PerMs { get; set; }
    }
}
