// Owns what a simulated cluster must be: pipelines, swapping, disaggregation and routing at the times that arithmetic gives.
using Tern.Scheduling;
using Tern.Scheduling.Batching;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Migration;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Routing;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests;

public sealed class ClusterTests
{
    private static readonly ServingSystem _disaggregated = new()
    {
        Name = "disaggregated",
        Source = "a test",
        Batching = new PrefillOnly(),
        DecodeBatching = new DecodeOnly(),
        Migration = new PullAfterPrefill(),
    };

    private static readonly ServingSystem _swapping = new()
    {
        Name = "swapping",
        Source = "a test",
        Batching = new PrefillFirst(),
        Preemption = new Swap(),
    };

    [Fact]
    public void A_prompt_computed_on_one_worker_goes_on_at_another_after_the_transfer()
    {
        // 20 tokens of prompt at 1 ms, steps of 10 ms, 20 tokens of 100 bytes over 50 bytes/ms and 3 ms of latency.
        var result = new Simulator(
            new ClusterPlan
            {
                System = _disaggregated,
                Workers = [Worker(WorkerRole.Prefill), Worker(WorkerRole.Decode)],
                KvLink = new LinkPlan(50, 3),
            }
        ).Run([Request(1, 5, 20, 3)]);
        var timeline = Assert.Single(result.Timelines);
        Assert.Equal(35, timeline.FirstTokenMs);
        Assert.Equal(35 + 40 + 3 + 10 + 10, timeline.FinishMs);
        Assert.Equal(1, result.Migrations);
        Assert.All(result.Workers, worker => Assert.Equal(0, worker.Stats.HeldBlocks));
        Assert.Equal(2000, result.Workers[1].ReceivedBytes);
    }

    [Fact]
    public void A_decode_worker_without_room_holds_up_the_prefill_worker()
    {
        var result = new Simulator(
            new ClusterPlan
            {
                System = _disaggregated,
                Workers = [Worker(WorkerRole.Prefill, blocks: 8), Worker(WorkerRole.Decode, blocks: 4)],
            }
        ).Run([.. Enumerable.Range(1, 12).Select(i => Request(i, 0, 40, 5))]);
        Assert.Equal(12, result.Served);
        Assert.All(result.Timelines, t => Assert.Equal(5, t.GeneratedTokens));
        Assert.Equal(6, result.Workers[0].MaxHeldBlocks); // two prompts of 3 blocks are all that fit
        Assert.InRange(result.Workers[1].MaxHeldBlocks, 3, 4);
    }

    [Fact]
    public void A_swapped_sequence_comes_back_with_what_it_had()
    {
        var worker = Worker(WorkerRole.Whole, blocks: 6) with { HostLink = new LinkPlan(1e3) };
        worker = worker with { Options = worker.Options with { HostBlockCount = 100, Watermark = 0 } };
        var result = new Simulator(ClusterPlan.Of(_swapping, worker)) { RecordBatches = true }.Run([
            Request(1, 0, 40, 30),
            Request(2, 0, 40, 30),
        ]);
        Assert.Equal(2, result.Served);
        Assert.True(result.Workers[0].Stats.SwapsOut > 0, "blocks never ran short: the run proves little");
        Assert.Equal(0, result.Workers[0].Stats.HeldHostBlocks);
        // Nothing is computed twice: every row of both requests exactly once.
        Assert.Equal(2 * (40 + 29), result.Batches.Sum(batch => batch.Tokens));
    }

    [Fact]
    public void Steps_follow_each_other_through_a_pipeline()
    {
        var worker = Worker(WorkerRole.Whole) with { Latency = new TwoStages() };
        worker = worker with { Options = worker.Options with { PipelineDepth = 2 } };
        var result = new Simulator(ClusterPlan.Of(_swapping, worker)).Run([
            Request(1, 0, 20, 1),
            Request(2, 1, 20, 1),
            Request(3, 2, 20, 1),
        ]);
        // The first takes 10 + 10; at 10 the first stage takes the two others together.
        Assert.Equal([20, 30, 30], result.Timelines.Select(t => t.FinishMs));
    }

    [Fact]
    public void Requests_spread_over_replicas()
    {
        var result = new Simulator(
            ClusterPlan.Of(_swapping with { Routing = new RoundRobin() }, Worker(WorkerRole.Whole), 4)
        ).Run([.. Enumerable.Range(1, 8).Select(i => Request(i, i, 20, 2))]);
        Assert.All(result.Workers, w => Assert.True(w.Stats.Steps >= 2));
        Assert.Equal(8, result.Served);
    }

    [Fact]
    public void A_prompt_that_no_decode_worker_can_go_on_with_is_refused_when_it_arrives()
    {
        var result = new Simulator(
            new ClusterPlan
            {
                System = _disaggregated,
                Workers = [Worker(WorkerRole.Prefill, blocks: 8), Worker(WorkerRole.Decode, blocks: 4)],
            }
        ).Run([Request(1, 0, 63, 2), Request(2, 0, 62, 2), Request(3, 0, 63, 1)]);
        var (row, reason) = Assert.Single(result.Refused);
        Assert.Equal(1, row);
        Assert.Contains("63 tokens", reason, StringComparison.Ordinal);
        Assert.Contains("decode worker", reason, StringComparison.Ordinal);
        Assert.Equal(2, result.Served);
    }

    [Fact]
    public void Who_is_done_before_its_static_batch_is_served_and_told_once()
    {
        var worker = Worker(WorkerRole.Whole);
        worker = worker with { Options = worker.Options with { MaxModelLength = 32 } };
        var told = new List<string>();
        var result = new Simulator(ClusterPlan.Of(FasterTransformer.System, worker))
        {
            Finished = timeline => told.Add(timeline.RequestId),
        }.Run([Request(1, 0, 5, 1), Request(2, 0, 5, 4)]);
        Assert.Equal(2, result.Served);
        Assert.Equal(["1", "2"], told.Order());
    }

    [Fact]
    public void A_cluster_that_only_prefills_is_refused()
    {
        var plan = new ClusterPlan { System = _disaggregated, Workers = [Worker(WorkerRole.Prefill)] };
        Assert.Contains("workers that decode", Assert.Throws<ArgumentException>(() => new Simulator(plan)).Message);
    }

    private static WorkerPlan Worker(WorkerRole role, int blocks = 100) =>
        new()
        {
            Options = new SchedulerOptions
            {
                BlockCount = blocks,
                MaxBatchTokens = 512,
                Role = role,
                EnablePrefixCaching = false,
            },
            Latency = new Linear(10, 1, 0, 0),
            KvBytesPerToken = 100,
        };

    private static TraceRequest Request(int row, double ms, int prompt, int output) =>
        new()
        {
            Row = row,
            ArrivalMs = ms,
            PromptTokens = prompt,
            OutputTokens = output,
        };

    private sealed class TwoStages : IStagedLatencyModel
    {
        public int Stages => 2;

        public double StageMs(in StepShape step, int stage) => 10;

        public double StepMs(in StepShape step) => 20;
    }
}
