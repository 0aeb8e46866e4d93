// Owns the tests of a device that prefills and decodes at the same time.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests;

public sealed class SharedDeviceWorkerTests
{
    private static readonly SmScaling _device = SmScaling.Device(
        DeviceCatalog.Get("a100-80g"),
        ModelCatalog.Get("llama-3.1-8b"),
        new RooflineOptions()
    );

    [Fact]
    public void A_request_alone_has_the_whole_device_in_both_phases()
    {
        var timeline = Assert.Single(Run(Bullet.System, 1000, [Request(1, 100, 900, 3)]).Timelines);
        var prefillMs = _device.StepMs(StepShape.Prefill(900));
        Assert.Equal(100 + prefillMs, timeline.FirstTokenMs, 6);
        var decodeMs = _device.StepMs(StepShape.Decode(1, 901)) + _device.StepMs(StepShape.Decode(1, 902));
        Assert.Equal(100 + prefillMs + decodeMs, timeline.FinishMs, 6);
    }

    [Fact]
    public void A_prompt_that_arrives_in_a_decode_step_waits_for_its_end()
    {
        var result = Run(Bullet.System, 1000, [Request(1, 0, 900, 50), Request(2, 150, 900, 1)]);
        var first = _device.StepMs(StepShape.Prefill(900));
        var step = _device.StepMs(StepShape.Decode(1, 905));
        var ttft = result.Timelines[1].FirstTokenMs - 150;
        Assert.InRange(ttft, first, step + 1.5 * first);
    }

    [Fact]
    public void Sharing_without_partition_makes_decodes_wait_for_prefill_kernels()
    {
        TraceRequest[] load = [Request(1, 0, 100, 200), Request(2, 500, 8000, 1)];
        var naive = Bullet.System with { Sharing = new FixedSplit(54, new UnitSplit(54, 54)) };
        var apart = Bullet.System with { Sharing = new FixedSplit(54, new UnitSplit(27, 27)) };
        Assert.True(Run(naive, 1000, load).Timelines[0].FinishMs > Run(apart, 1000, load).Timelines[0].FinishMs);
        Assert.True(
            Run(naive, 1000, load).Timelines[1].FirstTokenMs < Run(apart, 1000, load).Timelines[1].FirstTokenMs
        );
    }

    [Fact]
    public void Units_dealt_to_both_phases_are_one_device_in_use_and_not_two()
    {
        var load = Enumerable.Range(1, 40).Select(row => Request(row, 100 * row, 2000, 50)).ToArray();
        var naive = Bullet.System with { Sharing = new FixedSplit(54, new UnitSplit(54, 54)) };
        Assert.InRange(Run(naive, 10_000, load).Utilization, 0.9, 1 + 1e-9);
        var alone = Run(Bullet.System, 1000, [load[0]]);
        Assert.Equal(alone.Timelines[0].FinishMs - 100, alone.BusyMs, 6);
    }

    [Fact]
    public void No_request_is_lost_whatever_the_policy_and_however_tight_the_memory()
    {
        ServingSystem[] systems =
        [
            Bullet.System,
            Bullet.With(new SloSplit.Options { NormalizedTtftMs = 0.01, TpotMs = 1 }),
            Bullet.System with
            {
                Ordering = new Fcfs(),
                Sharing = new FixedSplit(54, new UnitSplit(54, 54)),
            },
            Bullet.System with
            {
                Sharing = new FixedSplit(54, new UnitSplit(40, 14)),
            },
        ];
        var request =
            from gap in Gen.Choose(0, 400)
            from prompt in Gen.Choose(1, 500)
            from output in Gen.Choose(1, 60)
            select (gap, prompt, output);
        var scenarios =
            from system in Gen.Choose(0, systems.Length - 1)
            from blocks in Gen.Choose(36, 120)
            from requests in request.NonEmptyListOf()
            select (system, blocks, requests);
        Prop.ForAll(
                Arb.From(scenarios),
                scenario =>
                {
                    var (row, ms) = (0, 0);
                    var load = scenario.requests.Select(r => Request(++row, ms += r.gap, r.prompt, r.output)).ToArray();
                    var result = Run(systems[scenario.system], scenario.blocks, load);
                    Assert.Empty(result.Refused);
                    Assert.Equal(load.Length, result.Served);
                    Assert.InRange(result.Utilization, 0, 1 + 1e-9);
                    Assert.All(
                        load.Zip(result.Timelines),
                        pair =>
                        {
                            Assert.Equal(pair.First.OutputTokens, pair.Second.GeneratedTokens);
                            Assert.True(pair.Second.FirstTokenMs > pair.First.ArrivalMs);
                        }
                    );
                    Assert.True(result.Workers[0].MaxHeldBlocks <= scenario.blocks);
                    Assert.Equal(0, result.Workers[0].Stats.HeldBlocks);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    [Fact]
    public void A_cluster_refuses_what_only_a_shared_device_can_do() =>
        Assert.Throws<ArgumentException>(() =>
            new Simulator(new SchedulerOptions { BlockCount = 100 }, Bullet.System, _device)
        );

    [Fact]
    public void A_system_that_does_not_run_both_phases_side_by_side_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => Run(SarathiServe.System, 100, []));
        Assert.Contains("sarathi-serve", refused.Message, StringComparison.Ordinal);
    }

    private static SimulationResult Run(ServingSystem system, int blocks, TraceRequest[] load) =>
        new SharedDeviceWorker(
            new SharedDevicePlan
            {
                System = system,
                Options = new SchedulerOptions
                {
                    BlockCount = blocks,
                    MaxBatchTokens = 16_384,
                    EnablePrefixCaching = false,
                },
                Latency = _device,
                Estimator = _device,
                Layers = 32,
            }
        ).Run(load);

    private static TraceRequest Request(int row, double ms, int prompt, int output) =>
        new()
        {
            Row = row,
            ArrivalMs = ms,
            PromptTokens = prompt,
            OutputTokens = output,
        };
}
