// Owns a second, independent account of DistServe's released simulator, to compare the cluster with.
using Tern.Scheduling.Latency;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Reproductions;

/// <summary>
/// What <c>simdistserve/base/worker.py</c> does, without scheduler, blocks or migration: each stage of an instance has a queue of prompts and
/// one of decodes, runs all prompts before any decode, and hands what it has done to the next stage, the last to the first.
/// </summary>
internal sealed class PublishedSimulator
{
    private readonly Stage[] _prefill;
    private readonly Stage[] _decode;
    private readonly Profiled _prefillMs;
    private readonly Profiled _decodeMs;
    private readonly PriorityQueue<(Stage? Stage, List<Job> Jobs, bool Prompts), (double Ms, int Order)> _events =
        new();
    private int _order;

    /// <summary>Creates an instance that does both, or if the second model is another, one for each phase.</summary>
    public PublishedSimulator(Profiled prefill, Profiled decode)
    {
        (_prefillMs, _decodeMs) = (prefill, decode);
        _prefill = [.. Enumerable.Range(0, prefill.Stages).Select(rank => new Stage(rank))];
        _decode = ReferenceEquals(prefill, decode)
            ? _prefill
            : [.. Enumerable.Range(0, decode.Stages).Select(rank => new Stage(rank))];
    }

    /// <summary>TTFT and TPOT of each request in ms, TPOT over as many decode steps as the request has output tokens.</summary>
    public List<(double Ttft, double Tpot)> Run(IEnumerable<TraceRequest> workload)
    {
        var jobs = workload.Select(request => new Job(request)).ToList();
        foreach (var job in jobs)
            At(job.Request.ArrivalMs, null, [job], prompts: true);
        while (_events.TryDequeue(out var done, out var when))
        {
            if (done.Stage is null)
            {
                _prefill[0].Prompts.Enqueue(done.Jobs[0]);
                Start(_prefill, 0, when.Ms);
                continue;
            }
            var stages = Array.IndexOf(_prefill, done.Stage) >= 0 ? _prefill : _decode;
            done.Stage.Busy = false;
            var (next, nextRank) = HandOn(stages, done.Stage, done.Jobs, done.Prompts, when.Ms);
            Start(next, nextRank, when.Ms);
            Start(stages, done.Stage.Rank, when.Ms);
        }
        return [.. jobs.Select(j => (j.FirstMs - j.Request.ArrivalMs, (j.EndMs - j.FirstMs) / j.Request.OutputTokens))];
    }

    private (Stage[] Stages, int Rank) HandOn(Stage[] stages, Stage stage, List<Job> jobs, bool prompts, double nowMs)
    {
        var last = stage.Rank == stages.Length - 1;
        if (prompts && !last)
        {
            stages[stage.Rank + 1].Batches.Enqueue(jobs);
            return (stages, stage.Rank + 1);
        }
        foreach (var job in jobs)
        {
            if (prompts)
                job.FirstMs = nowMs;
            else if (last && ++job.Decoded == job.Request.OutputTokens)
                job.EndMs = nowMs;
        }
        var into = prompts ? _decode : stages;
        var rank = last ? 0 : stage.Rank + 1;
        foreach (var job in jobs.Where(job => job.Decoded < job.Request.OutputTokens))
            into[rank].Decodes.Enqueue(job);
        return (into, rank);
    }

    private void Start(Stage[] stages, int rank, double nowMs)
    {
        var stage = stages[rank];
        if (stage.Busy)
            return;
        List<Job> jobs = [];
        var prompts = true;
        if (stage.Batches.TryDequeue(out var batch))
            jobs = batch;
        else if (stage.Prompts.Count > 0)
            Take(stage.Prompts, jobs);
        else if (stage.Decodes.Count > 0)
        {
            Take(stage.Decodes, jobs);
            prompts = false;
        }
        else
            return;
        stage.Busy = true;
        var ms = prompts
            ? _prefillMs.StageMs(StepShape.Prefill([.. jobs.Select(j => j.Request.PromptTokens)]), rank)
            : _decodeMs.StageMs(
                StepShape.Decode(jobs.Count, jobs.Sum(j => (long)j.Request.PromptTokens + j.Decoded + 1)),
                rank
            );
        At(nowMs + ms, stage, jobs, prompts);
    }

    private static void Take(Queue<Job> from, List<Job> into)
    {
        while (from.TryDequeue(out var job))
            into.Add(job);
    }

    private void At(double ms, Stage? stage, List<Job> jobs, bool prompts) =>
        _events.Enqueue((stage, jobs, prompts), (ms, _order++));

    private sealed class Job(TraceRequest request)
    {
        public TraceRequest Request => request;

        public double FirstMs { get; set; }

        public double EndMs { get; set; }

        public int Decoded { get; set; }
    }

    private sealed class Stage(int rank)
    {
        public int Rank => rank;

        public bool Busy { get; set; }

        public Queue<Job> Prompts { get; } = [];

        public Queue<List<Job>> Batches { get; } = [];

        public Queue<Job> Decodes { get; } = [];
    }
}
