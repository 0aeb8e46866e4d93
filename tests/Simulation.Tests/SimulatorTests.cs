// Owns what a simulated run must be: the times of the latency model, the decisions of the scheduler, the same bytes every time.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Systems;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Simulation.Tests;

public sealed class SimulatorTests
{
    private static readonly ILatencyModel _latency = new Linear(10, 1, 0, 0);

    private static SchedulerOptions Options(int blocks = 100) =>
        new()
        {
            BlockCount = blocks,
            MaxBatchTokens = 512,
            MaxModelLength = 1000,
            Estimate = _latency,
        };

    public static TheoryData<string> Systems =>
        [.. SystemCatalog.All.Where(s => s.DecodeBatching is null).Select(s => s.Name)];

    [Fact]
    public void A_lone_request_takes_its_prefill_and_its_decodes()
    {
        var result = new Simulator(Options(), SarathiServe.System, _latency) { RecordBatches = true }.Run([
            Request(1, 5, 20, 3),
        ]);
        var timeline = Assert.Single(result.Timelines);
        Assert.Equal(
            (5, 5, 35, 55),
            (timeline.ArrivalMs, timeline.FirstScheduledMs, timeline.FirstTokenMs, timeline.FinishMs)
        );
        Assert.Equal(["1.0[0+20]!", "1.0[20+1]!", "1.0[21+1]!"], result.Batches.Select(b => b.Content));
        Assert.Equal((55, 50), (result.DurationMs, result.BusyMs));
    }

    [Fact]
    public void Requests_that_arrive_during_a_step_wait_for_the_next()
    {
        var result = new Simulator(Options(), SarathiServe.System, _latency) { RecordBatches = true }.Run([
            Request(1, 0, 20, 2),
            Request(2, 0, 20, 1),
            Request(3, 1, 20, 1),
            Request(4, 50, 20, 1),
        ]);
        Assert.Equal(
            ["1.0[0+20]! 2.0[0+20]!", "1.0[20+1]! 3.0[0+20]! 4.0[0+20]!"],
            result.Batches.Select(b => b.Content)
        );
    }

    [Fact]
    public void A_request_that_can_never_be_served_is_told_with_its_row()
    {
        var result = new Simulator(Options(blocks: 2), SarathiServe.System, _latency).Run([
            Request(1, 0, 20, 2),
            Request(2, 0, 40, 2),
        ]);
        Assert.Single(result.Timelines);
        Assert.Equal(2, Assert.Single(result.Refused).Row);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void A_plain_loop_over_the_scheduler_makes_the_same_batches(string name)
    {
        var system = SystemCatalog.Get(name);
        var workload = Enumerable
            .Range(1, 200)
            .Select(i => Request(i, i * 7 % 90 + i * 40, 10 + i * 37 % 700, 1 + i * 13 % 60))
            .OrderBy(r => r.ArrivalMs)
            .ToList();
        var simulated = new Simulator(Options(), system, _latency) { RecordBatches = true }.Run(workload);

        var scheduler = new Scheduler(Options(), system);
        var inbox = new Queue<TraceRequest>(workload);
        var batches = new List<BatchRecord>();
        var now = 0.0;
        while (inbox.Count > 0 || scheduler.HasWork)
        {
            while (inbox.Count > 0 && inbox.Peek().ArrivalMs <= now)
                scheduler.Add(inbox.Dequeue().ToRequest(), now);
            if (scheduler.Next(now) is not { } batch)
            {
                now = inbox.Peek().ArrivalMs;
                continue;
            }
            batches.Add(BatchRecord.Of(batch, now));
            now += _latency.StepMs(StepShape.Of(batch));
            scheduler.Complete(
                batch,
                [.. batch.Samples.ToArray().Select(s => new SampledToken(SyntheticTokens.Next(s.Sequence)))],
                now
            );
        }
        Assert.Equal(batches, simulated.Batches);
        if (system.Reservation == KvReservation.Paged)
            Assert.True(simulated.Workers[0].Stats.Preemptions > 0, "the cache was never full: the run proves little");
    }

    [SharedTheory]
    [MemberData(nameof(Systems))]
    public void A_real_trace_is_served_whole_and_the_same_every_time(string name)
    {
        var trace = TraceReader.Read(SharedData.PathOf("traces", "azure-2023-conversation.csv")).Take(400).ToList();
        var options = new SchedulerOptions
        {
            BlockCount = 1000,
            HostBlockCount = 100_000,
            MaxBatchTokens = 2048,
            MaxModelLength = 8192,
            Estimate = _latency,
        };
        var latency = new Linear(8, 0.02, 0.00002, 0.02);
        var (first, second) = (Run(), Run());
        Assert.Equal(Text(first), Text(second));
        Assert.Equal(first.Batches, second.Batches);
        Assert.Equal(trace.Count, first.Timelines.Count);
        Assert.Equal(trace.Sum(r => (long)r.OutputTokens), first.Timelines.Sum(t => (long)t.GeneratedTokens));
        Assert.All(
            first.Timelines,
            t =>
                Assert.True(
                    t.ArrivalMs <= t.FirstScheduledMs
                        && t.FirstScheduledMs < t.FirstTokenMs
                        && t.FirstTokenMs <= t.FinishMs
                )
        );
        Assert.Equal(0, first.Workers[0].Stats.HeldBlocks);
        Assert.InRange(first.Workers[0].MaxHeldBlocks, 1, 1000);

        SimulationResult Run() =>
            new Simulator(options, SystemCatalog.Get(name), latency) { RecordBatches = true }.Run(trace);
    }

    [SharedFact]
    public void A_trace_with_shared_prefixes_finds_them_in_the_cache()
    {
        var trace = TraceReader.Read(SharedData.PathOf("traces", "mooncake-conversation.jsonl")).Take(150).ToList();
        var options = new SchedulerOptions
        {
            BlockCount = 8000,
            BlockSize = 512,
            MaxBatchTokens = 8192,
        };
        var result = new Simulator(options, SarathiServe.System, new Linear(8, 0.02, 0.00002, 0.02)).Run(trace);
        Assert.Equal(trace.Count, result.Timelines.Count);
        // With room for everything, what is found is at most what an infinite cache would hold, and most of it.
        var seen = new HashSet<long>();
        var sharable = 0L;
        foreach (var request in trace)
        {
            for (var i = 0; (i + 1) * 512 < request.PromptTokens && seen.Contains(request.PrefixIds[i]); i++)
                sharable += 512;
            seen.UnionWith(request.PrefixIds);
        }
        Assert.InRange(result.Workers[0].Stats.PrefixHits, sharable / 2, sharable);
    }

    [Fact]
    public void An_unknown_system_is_refused_with_the_known_ones() =>
        Assert.Contains(
            "vllm, sarathi-serve",
            Assert.Throws<ArgumentException>(() => SystemCatalog.Get("vlm")).Message,
            StringComparison.Ordinal
        );

    private static string Text(SimulationResult result)
    {
        using var writer = new StringWriter();
        TimelineWriter.Write(writer, result.Timelines);
        return writer.ToString();
    }

    private static TraceRequest Request(int row, double arrivalMs, int prompt, int output) =>
        new()
        {
            Row = row,
            ArrivalMs = arrivalMs,
            PromptTokens = prompt,
            OutputTokens = output,
        };
}
