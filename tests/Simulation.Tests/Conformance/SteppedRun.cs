// Owns a driver that turns schedulers by hand through a scenario: with what no simulation does, clients that leave, several answers,
// answers that end early, quotas that change.
using Tern.Scheduling;

namespace Tern.Simulation.Tests.Conformance;

/// <summary>One worker, or one that prefills and one that decodes.</summary>
internal sealed class SteppedRun
{
    private readonly Scenario _scenario;
    private readonly ServingSystem _system;
    private readonly SteppedWorker _entrance;
    private readonly SteppedWorker? _decoder;
    private readonly SteppedWorker[] _workers;
    private readonly Dictionary<string, Scenario.Arrival> _accepted = [];
    private readonly Dictionary<string, RequestTimeline> _timelines = [];
    private readonly List<(double Ms, Sequence Parked, Sequence Adopted)> _transfers = [];
    private double _now;

    public SteppedRun(ServingSystem system, Scenario scenario)
    {
        (_system, _scenario) = (system, scenario);
        var splits = system.Migration is not null;
        _entrance = new SteppedWorker(system, scenario, splits ? WorkerRole.Prefill : WorkerRole.Whole);
        _decoder = splits ? new SteppedWorker(system, scenario, WorkerRole.Decode) : null;
        _workers = _decoder is null ? [_entrance] : [_entrance, _decoder];
    }

    /// <summary>Every decision, as text.</summary>
    public IEnumerable<string> Decisions => _workers.SelectMany(worker => worker.Decisions);

    private bool AllowsAnswers => _system is { AnswersTogether: false, Migration: null };

    /// <summary>From idle to idle.</summary>
    public void Run()
    {
        var (arrived, turns) = (0, 0);
        while (NextMs(arrived) is var ms && double.IsFinite(ms))
        {
            Assert.True(++turns < 10_000, "no end in sight");
            _now = ms;
            foreach (var worker in _workers)
                worker.CompleteDue(_now);
            EndTransfers();
            ChangeQuota();
            for (; arrived < _scenario.Requests.Count && _scenario.Requests[arrived].Ms <= _now; arrived++)
                Add(_scenario.Requests[arrived]);
            Cancel();
            Pull();
            foreach (var worker in _workers)
                worker.Begin(_now, mayStop: worker == _entrance && _decoder is not null);
            var idle = _workers.All(worker => worker.IsIdle) && _transfers.Count == 0;
            if (idle && _workers.Any(w => w.Scheduler.HasWork && w.Scheduler.BlockLimit == _scenario.Blocks))
                Assert.Fail($"at {_now} ms: work exists, every device is idle, yet there is no step");
        }
        JudgeEnd();
    }

    private double NextMs(int arrived)
    {
        var next = arrived < _scenario.Requests.Count ? _scenario.Requests[arrived].Ms : double.PositiveInfinity;
        foreach (var worker in _workers)
            next = Math.Min(next, worker.NextDoneMs);
        foreach (var transfer in _transfers)
            next = Math.Min(next, transfer.Ms);
        foreach (var request in _accepted.Values)
        {
            if (request.CancelledMs > _now)
                next = Math.Min(next, request.CancelledMs);
        }
        if (_scenario.Shortage is var (from, to))
            next = Math.Min(
                next,
                from > _now ? from
                    : to > _now ? to
                    : next
            );
        return next;
    }

    private void Add(Scenario.Arrival arrival)
    {
        var trace = _scenario.Trace[IndexOf(arrival)];
        var request = trace.ToRequest(_scenario.Caching) with
        {
            Answers = AllowsAnswers ? arrival.Answers : 1,
            Priority = arrival.Priority,
        };
        var longest = _scenario.Options.MaxSequenceLength - (_decoder is null ? 0 : 1);
        if (arrival.Prompt >= longest)
        {
            if (_decoder is null)
                Assert.Throws<RequestRefusedException>(() => _entrance.Scheduler.Add(request, _now));
            return;
        }
        var answers = _entrance.Scheduler.Add(request, _now);
        foreach (var answer in answers)
            _entrance.Take(answer, _now);
        _accepted.Add(request.Id, arrival);
        _timelines.Add(request.Id, answers[0].Timeline);
    }

    private int IndexOf(Scenario.Arrival arrival)
    {
        for (var i = 0; ; i++)
        {
            if (ReferenceEquals(_scenario.Requests[i], arrival))
                return i;
        }
    }

    private void Cancel()
    {
        foreach (var (id, arrival) in _accepted)
        {
            if (arrival.CancelledMs > _now)
                continue;
            foreach (var worker in _workers)
            {
                worker.Scheduler.Cancel(id, _now);
                worker.Forget();
            }
        }
    }

    private void ChangeQuota()
    {
        if (_scenario.Shortage is not var (from, to))
            return;
        foreach (var worker in _workers)
            worker.Scheduler.BlockLimit = _now >= from && _now < to ? _scenario.Blocks / 2 : _scenario.Blocks;
    }

    private void Pull()
    {
        while (
            _transfers.Count == 0
            && _decoder is not null
            && _entrance.Scheduler.FirstParked is { } parked
            && _system.Migration!.ShouldPull(_decoder.Scheduler)
            && _decoder.Scheduler.TryAdopt(parked, _now) is { } adopted
        )
        {
            _decoder.Take(adopted, _now);
            _transfers.Add((_now + _scenario.Link.TransferMs(parked.Computed * Scenario.TokenBytes), parked, adopted));
            EndTransfers();
        }
    }

    private void EndTransfers()
    {
        while (_transfers is [var (ms, parked, adopted), ..] && ms <= _now)
        {
            _decoder!.Scheduler.Arrive(adopted);
            _entrance.Scheduler.HandOver(parked);
            _entrance.Forget();
            _transfers.RemoveAt(0);
        }
    }

    private void JudgeEnd()
    {
        foreach (var worker in _workers)
            worker.JudgeEnd();
        foreach (var (id, arrival) in _accepted)
        {
            var timeline = _timelines[id];
            Assert.True(!double.IsNaN(timeline.FinishMs), $"request {id} never ended");
            Assert.True(timeline.ArrivalMs <= timeline.FinishMs);
            if (timeline.Cancelled)
            {
                Assert.True(arrival.CancelledMs <= timeline.FinishMs);
                continue;
            }
            var each = Math.Min(arrival.Output, _scenario.Options.MaxSequenceLength - arrival.Prompt);
            if (arrival.StopsAt > 0)
                each = Math.Min(each, arrival.StopsAt);
            Assert.Equal((id, (AllowsAnswers ? arrival.Answers : 1) * each), (id, timeline.GeneratedTokens));
            Assert.True(timeline.ArrivalMs <= timeline.FirstScheduledMs);
            Assert.True(timeline.FirstScheduledMs < timeline.FirstTokenMs);
            Assert.True(timeline.FirstTokenMs <= timeline.FinishMs);
        }
    }
}
