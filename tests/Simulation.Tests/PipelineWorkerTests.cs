// Owns the tests of pipelines whose stages exchange layers.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests;

public sealed class PipelineWorkerTests
{
    private static readonly Roofline _latency = new(
        DeviceCatalog.Get("a100-40g"),
        ModelCatalog.Get("qwen2.5-14b"),
        new Parallelism(Pipeline: 4)
    );

    private static readonly LayerPartition _even = LayerPartition.Even(48, 4);

    [Fact]
    public void Without_moves_it_is_the_clusters_pipeline()
    {
        var load = Load(200);
        var alone = new PipelineWorker(Plan(null)).Run(load);
        var cluster = new Simulator(Options, DynaPipe.System, _latency).Run(load);
        Assert.Equal(cluster.DurationMs, alone.DurationMs, 6);
        Assert.All(
            alone.Timelines.Zip(cluster.Timelines),
            pair =>
            {
                Assert.Equal(pair.Second.FirstTokenMs, pair.First.FirstTokenMs, 6);
                Assert.Equal(pair.Second.FinishMs, pair.First.FinishMs, 6);
            }
        );
    }

    [Fact]
    public void Layers_move_once_enough_batches_agree_and_nothing_is_lost()
    {
        var result = new PipelineWorker(Plan(new Wanted(new LayerPartition(12, 13, 13, 10)))).Run(
            Load(200),
            out var report
        );
        var move = Assert.Single(report.Repartitions);
        Assert.Equal(_even, move.From);
        Assert.Equal(new LayerPartition(12, 13, 13, 10), move.To);
        Assert.Equal(3, move.Layers);
        Assert.Equal(200, result.Served);
        Assert.All(
            Load(200).Zip(result.Timelines),
            pair => Assert.Equal(pair.First.OutputTokens, pair.Second.GeneratedTokens)
        );
        Assert.Equal(0, result.Workers[0].Stats.HeldBlocks);
    }

    [Fact]
    public void A_slow_link_makes_the_first_batch_wait_and_only_that()
    {
        var wanted = new Wanted(new LayerPartition(12, 13, 13, 10));
        new PipelineWorker(Plan(wanted)).Run(Load(200), out var fast);
        var slowResult = new PipelineWorker(Plan(wanted, linkBytesPerSecond: 1e8)).Run(Load(200), out var slow);
        Assert.Equal(fast.Repartitions[0].Ms, slow.Repartitions[0].Ms);
        Assert.True(slow.Repartitions[0].WaitedMs > 10 * Math.Max(1, fast.Repartitions[0].WaitedMs));
        Assert.Equal(200, slowResult.Served);
    }

    [Fact]
    public void A_policy_that_changes_its_mind_moves_nothing()
    {
        new PipelineWorker(Plan(new Undecided())).Run(Load(200), out var report);
        Assert.Empty(report.Repartitions);
    }

    [Fact]
    public void Plans_that_do_not_fit_together_are_refused()
    {
        var plan = Plan(null);
        Assert.Throws<ArgumentException>(() =>
            new PipelineWorker(plan with { Partition = LayerPartition.Even(40, 4) })
        );
        Assert.Throws<ArgumentException>(() => new PipelineWorker(Plan(new BubbleAware()) with { Transfer = null }));
    }

    private static SchedulerOptions Options =>
        new()
        {
            BlockCount = 20_000,
            PipelineDepth = 4,
            EnablePrefixCaching = false,
        };

    private static PipelinePlan Plan(IPartitioningPolicy? policy, double linkBytesPerSecond = 32e9) =>
        new()
        {
            System = DynaPipe.System with { Partitioning = policy },
            Options = Options,
            Latency = _latency,
            Partition = _even,
            Predictor = new StageTimePredictor
            {
                LayerPerToken = 1e-3,
                LayerPerPair = 0,
                LayerPerSequence = 0,
                SamplePerToken = 0,
                SampleFixed = 1,
            },
            Transfer = new LayerTransfer { KvBytesPerToken = 4096, LinkBytesPerSecond = linkBytesPerSecond },
        };

    private static TraceRequest[] Load(int count) =>
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => new TraceRequest
                {
                    Row = i,
                    ArrivalMs = 50 * i,
                    PromptTokens = 50 + i * 37 % 1500,
                    OutputTokens = 1 + i * 53 % 200,
                }),
        ];

    private sealed class Wanted(LayerPartition partition) : IPartitioningPolicy
    {
        public LayerPartition Choose(double layerMs, ReadOnlySpan<double> besideMs, LayerPartition current) =>
            partition;
    }

    private sealed class Undecided : IPartitioningPolicy
    {
        private int _asked;

        public LayerPartition Choose(double layerMs, ReadOnlySpan<double> besideMs, LayerPartition current) =>
            new(11 + ++_asked % 2, 13 - _asked % 2, 12, 12);
    }
}
