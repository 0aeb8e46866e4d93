// Owns one simulated run of a cluster: events, workers, the way of requests between them.
using Tern.Scheduling;
using Tern.Scheduling.Restore;
using Tern.Scheduling.Routing;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>One run. Everything of a moment is taken in before the workers it concerns decide their next steps.</summary>
internal sealed class SimulatedCluster
{
    private enum EventKind
    {
        /// <summary>A request arrives.</summary>
        Arrival,

        /// <summary>A worker's first stage is free.</summary>
        Free,

        /// <summary>A step is done.</summary>
        Done,

        /// <summary>The keys and values of a migrating sequence have arrived.</summary>
        Transferred,

        /// <summary>The cached prefix of a request has arrived from another worker.</summary>
        Fetched,

        /// <summary>A read from the slower tier is done.</summary>
        Read,
    }

    private readonly record struct Event(EventKind Kind, SimulatedWorker? Worker, object? What);

    private sealed record Migration(SimulatedWorker From, Sequence Parked, Sequence Adopted);

    private sealed record Fetch(TraceRequest Arrived, Request Request, int Tokens);

    private readonly ClusterPlan _plan;
    private readonly IRoutingPolicy _routing;
    private readonly IRoutingPolicy? _decoderRouting;
    private readonly IEnumerator<TraceRequest> _arrivals;
    private readonly SimulatedWorker[] _workers;
    private readonly SimulatedWorker[] _entrances;
    private readonly SimulatedWorker[] _decoders;
    private readonly ReplicaSet _entranceSet;
    private readonly ReplicaSet? _decoderSet;
    private readonly Queue<(SimulatedWorker From, Sequence Parked)>[] _toPull;
    private readonly VirtualClock _clock = new();
    private readonly EventQueue<Event> _events;
    private readonly Queue<SimulatedWorker> _stirred = [];
    private readonly List<RequestTimeline> _timelines = [];
    private readonly List<(int, string)> _refused = [];
    private readonly List<BatchRecord> _batches = [];
    private readonly bool _needsContent;
    private readonly int _longestDecode;
    private readonly SimulatedStore? _store;
    private readonly Dictionary<string, TraceRequest> _toStore = [];
    private long _served;
    private long _migrations;
    private double _endMs;

    public SimulatedCluster(ClusterPlan plan, IEnumerator<TraceRequest> arrivals, CancellationToken cancellation)
    {
        (_plan, _arrivals) = (plan, arrivals);
        _events = new EventQueue<Event> { Cancellation = cancellation };
        _workers = [.. plan.Workers.Select((worker, i) => new SimulatedWorker(worker, plan.System, i, plan.KvLink))];
        _entrances = [.. _workers.Where(worker => worker.Role != WorkerRole.Decode)];
        _decoders = [.. _workers.Where(worker => worker.Role == WorkerRole.Decode)];
        _entranceSet = Replicas(_entrances);
        _routing = plan.System.Routing.For(_entranceSet);
        if (_decoders.Length > 0)
        {
            _decoderSet = Replicas(_decoders);
            _decoderRouting = plan.System.Routing.For(_decoderSet);
            _longestDecode = _decoders.Min(worker => worker.Scheduler.Options.MaxSequenceLength);
        }
        _toPull = [.. _decoders.Select(_ => new Queue<(SimulatedWorker, Sequence)>())];
        _needsContent = plan.Workers.Any(worker => worker.Options.EnablePrefixCaching);
        _store = plan.Workers.Any(worker => worker.TierLink is not null) ? new SimulatedStore() : null;
    }

    public bool RecordBatches { get; init; }

    public bool KeepTimelines { get; init; }

    public Action<RequestTimeline>? Finished { get; init; }

    public RunGauges? Gauges { get; init; }

    public SimulationResult Run()
    {
        foreach (var worker in _workers)
            Gauges?.AddWorker(worker.Scheduler.Stats.TotalBlocks);
        AwaitArrival();
        while (_events.TryTake(out var ms, out var what))
        {
            _clock.AdvanceTo(ms);
            Handle(what);
            if (_events.TryPeek(out var next) && next <= _clock.NowMs)
                continue;
            while (_stirred.TryDequeue(out var worker))
            {
                worker.IsStirred = false;
                Proceed(worker);
                Gauges?.Report(worker.Index, _clock.NowMs, worker.Scheduler.Stats.Waiting, worker.Scheduler.HeldBlocks);
            }
        }
        Gauges?.End(_clock.NowMs);
        return new SimulationResult
        {
            Timelines = _timelines,
            Refused = _refused,
            Batches = _batches,
            Served = _served,
            DurationMs = _endMs,
            Migrations = _migrations,
            Events = _events.Taken,
            Workers = [.. _workers.Select(worker => worker.Report())],
        };
    }

    private static ReplicaSet Replicas(SimulatedWorker[] workers)
    {
        for (var i = 0; i < workers.Length; i++)
            workers[i].Replica = new Replica(i, workers[i].Scheduler);
        return new ReplicaSet(workers.Select(worker => worker.Replica!));
    }

    /// <summary>Only the next arrival is in the queue: its size does not depend on the workload's.</summary>
    private void AwaitArrival()
    {
        if (_arrivals.MoveNext())
            _events.Add(_arrivals.Current.ArrivalMs, new Event(EventKind.Arrival, null, _arrivals.Current));
    }

    private void Handle(in Event what)
    {
        switch (what.Kind)
        {
            case EventKind.Arrival:
                Admit((TraceRequest)what.What!);
                break;
            case EventKind.Free:
                Stir(what.Worker!);
                break;
            case EventKind.Done:
                EndStep(what.Worker!, (Batch)what.What!);
                break;
            case EventKind.Transferred:
                EndMigration(what.Worker!, (Migration)what.What!);
                break;
            case EventKind.Read:
                EndRead(what.Worker!, (KvRead)what.What!);
                break;
            case EventKind.Fetched:
                EndFetch(what.Worker!, (Fetch)what.What!);
                break;
        }
    }

    private void Stir(SimulatedWorker worker)
    {
        if (worker.IsStirred)
            return;
        worker.IsStirred = true;
        _stirred.Enqueue(worker);
    }

    private void Admit(TraceRequest arrived)
    {
        var request = arrived.ToRequest(_needsContent);
        if (_store is not null)
            request = request with { StoredTokens = _store.StoredTokens(arrived) };
        var decision = _routing.Route(request, _entranceSet, _clock.NowMs);
        if (decision.Replica is not { } replica)
        {
            _refused.Add((arrived.Row, decision.Rejection!));
            AwaitArrival();
            return;
        }
        var worker = _entrances[replica.Index];
        _entranceSet.Assign(replica, request.PromptTokens);
        if (decision.FetchFrom is { } source)
            BeginFetch(worker, _entrances[source.Index], arrived, request, decision.FetchTokens);
        else
            Add(worker, arrived, request);
        AwaitArrival();
    }

    private void Add(SimulatedWorker worker, TraceRequest arrived, Request request)
    {
        try
        {
            RefuseUnlessDecodable(worker, request);
            var sequence = worker.Scheduler.Add(request, _clock.NowMs)[0];
            if (KeepTimelines)
                _timelines.Add(sequence.Timeline);
            if (_store is not null)
                _toStore.Add(request.Id, arrived);
            Stir(worker);
        }
        catch (RequestRefusedException refused)
        {
            _refused.Add((arrived.Row, refused.Message));
            _entranceSet.Prefilled(worker.Replica!, request.PromptTokens);
            _entranceSet.Release(worker.Replica!);
        }
    }

    /// <summary>What a worker prefills must fit the workers that go on with it, too; later it would be lost halfway.</summary>
    private void RefuseUnlessDecodable(SimulatedWorker worker, Request request)
    {
        var tokens = request.PromptTokens + 1;
        if (worker.Role != WorkerRole.Prefill || request.MaxNewTokens == 1)
            return;
        if (tokens < worker.Scheduler.Options.MaxSequenceLength && tokens >= _longestDecode)
            throw new RequestRefusedException(
                RefusalReason.TooLong,
                $"the prompt has {request.PromptTokens} tokens; with two tokens of answer that is more than the {_longestDecode} a sequence can have on a decode worker"
            );
    }

    /// <summary>Copies to a worker what it lacks of a prefix that another one has cached; the request is added when it is there.</summary>
    private void BeginFetch(
        SimulatedWorker worker,
        SimulatedWorker source,
        TraceRequest arrived,
        Request request,
        int tokens
    )
    {
        tokens = Math.Min(tokens, source.Scheduler.CachedTokens(request));
        var missing = Math.Max(tokens - worker.Scheduler.CachedTokens(request), 0);
        var doneMs = worker.KvLink.Transfer(worker.KvBytesPerToken * missing, _clock.NowMs);
        _events.Add(doneMs, new Event(EventKind.Fetched, worker, new Fetch(arrived, request, tokens)));
    }

    private void EndFetch(SimulatedWorker worker, Fetch fetch)
    {
        worker.Scheduler.Import(fetch.Request, fetch.Tokens);
        Add(worker, fetch.Arrived, fetch.Request);
    }

    private void Proceed(SimulatedWorker worker)
    {
        if (worker.Role == WorkerRole.Decode)
            Pull(worker);
        while (worker.IsReady(_clock.NowMs) && worker.Begin(_clock.NowMs, out var freeMs, out var doneMs) is { } batch)
        {
            if (RecordBatches)
                _batches.Add(BatchRecord.Of(batch, _clock.NowMs));
            if (freeMs < doneMs)
                _events.Add(freeMs, new Event(EventKind.Free, worker, null));
            _events.Add(doneMs, new Event(EventKind.Done, worker, batch));
        }
        if (worker.TierLink is not null)
            BeginReads(worker);
    }

    private void BeginReads(SimulatedWorker worker)
    {
        while (worker.Scheduler.TryTakeRead(out var read))
        {
            var doneMs = worker.TierLink!.Transfer(worker.KvBytesPerToken * read.Count, _clock.NowMs);
            _events.Add(doneMs, new Event(EventKind.Read, worker, read));
        }
        if (double.IsFinite(worker.Scheduler.LookAgainMs) && worker.Scheduler.LookAgainMs > _clock.NowMs)
            _events.Add(worker.Scheduler.LookAgainMs, new Event(EventKind.Free, worker, null));
    }

    private void EndRead(SimulatedWorker worker, KvRead read)
    {
        worker.Scheduler.EndRead(read, _clock.NowMs);
        BeginReads(worker);
        if (read.Sequence.State == SequenceState.Parked)
            Offer(worker, read.Sequence);
        Stir(worker);
    }

    private void EndStep(SimulatedWorker worker, Batch batch)
    {
        worker.Complete(batch, _clock.NowMs);
        _endMs = _clock.NowMs;
        foreach (var sample in batch.Samples)
        {
            var sequence = sample.Sequence;
            if (sequence is { GeneratedCount: 1, Index: 0 })
                _entranceSet.Prefilled(worker.Replica!, sequence.Request.PromptTokens);
            if (sequence.State == SequenceState.Parked)
                Offer(worker, sequence);
        }
        foreach (var sequence in batch.Ended)
            End(worker, sequence.Timeline);
        Stir(worker);
    }

    private void End(SimulatedWorker worker, RequestTimeline timeline)
    {
        _served++;
        if (_store is not null && _toStore.Remove(timeline.RequestId, out var request))
            _store.Keep(request);
        (worker.Role == WorkerRole.Decode ? _decoderSet! : _entranceSet).Release(worker.Replica!);
        Finished?.Invoke(timeline);
    }

    /// <summary>A parked sequence is offered to the decode worker that routing chooses; that one pulls it when it has room.</summary>
    private void Offer(SimulatedWorker from, Sequence parked)
    {
        var decision = _decoderRouting!.Route(parked.Request, _decoderSet!, _clock.NowMs);
        // A request that was begun is not turned away halfway: it goes to whoever has least to do.
        var replica = decision.Replica ?? _decoderSet!.LeastOutstanding;
        _decoderSet!.Assign(replica, 0);
        _toPull[replica.Index].Enqueue((from, parked));
        Stir(_decoders[replica.Index]);
    }

    private void Pull(SimulatedWorker puller)
    {
        var offers = _toPull[puller.Replica!.Index];
        while (offers.TryPeek(out var offer) && _plan.System.Migration!.ShouldPull(puller.Scheduler))
        {
            if (puller.Scheduler.TryAdopt(offer.Parked, _clock.NowMs) is not { } adopted)
                return;
            offers.Dequeue();
            var bytes = puller.KvBytesPerToken * offer.Parked.Computed;
            var doneMs = puller.KvLink.Transfer(bytes, _clock.NowMs);
            _events.Add(
                doneMs,
                new Event(EventKind.Transferred, puller, new Migration(offer.From, offer.Parked, adopted))
            );
        }
    }

    private void EndMigration(SimulatedWorker puller, Migration migration)
    {
        _migrations++;
        puller.Scheduler.Arrive(migration.Adopted);
        migration.From.Scheduler.HandOver(migration.Parked);
        _entranceSet.Release(migration.From.Replica!);
        Stir(migration.From);
        Stir(puller);
    }
}
