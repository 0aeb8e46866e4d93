// Owns what a simulated unit promises: nothing lost, jobs side by side that slow each other, memory that is never over-used.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests;

public sealed class MultiplexedSimulationTests
{
    private static readonly DeviceSheet _gpu = DeviceCatalog.Get("a100-80g");

    [Fact]
    public void One_request_alone_takes_what_the_latency_model_says()
    {
        var llm = Llm("a", "llama-7b");
        var result = Run(Unit([llm]), [Request(1, "a", 0, prompt: 100, output: 3)]);
        var timeline = Assert.Single(result.Timelines);
        var prefill = llm.Latency.Demand(StepShape.Prefill(100), 0.8).AloneMs;
        var decodes =
            llm.Latency.Demand(StepShape.Decode(1, 101), 0.3).AloneMs
            + llm.Latency.Demand(StepShape.Decode(1, 102), 0.3).AloneMs;
        Assert.Equal(prefill, timeline.FirstTokenMs, 6);
        Assert.Equal(prefill + decodes, timeline.FinishMs, 6);
    }

    [Fact]
    public void A_decode_runs_beside_another_llms_prefill_and_both_take_longer()
    {
        TraceRequest[] workload =
        [
            Request(1, "a", 0, prompt: 16, output: 100),
            Request(2, "b", 300, prompt: 2000, output: 1),
        ];
        var together = Run(Unit([Llm("a", "llama-7b"), Llm("b", "llama-7b")]), workload);
        var alone = Run(Unit([Llm("a", "llama-7b"), Llm("b", "llama-7b")]), [workload[1]]);
        var prefillMs = together.Timelines[1].FinishMs - 300;
        var alonePrefillMs = alone.Timelines[0].FinishMs - 300;
        // 8 parts and 3 are 11 of 10: the arithmetic of the prefill takes a tenth longer, at most, and is not put off.
        Assert.InRange(prefillMs, alonePrefillMs * 1.01, alonePrefillMs * 1.1 + 25);
        var decodeAlone = Run(Unit([Llm("a", "llama-7b"), Llm("b", "llama-7b")]), [workload[0]]).Timelines[0].FinishMs;
        Assert.InRange(together.Timelines[0].FinishMs, decodeAlone, decodeAlone + prefillMs / 2);
    }

    [Fact]
    public void Parts_that_do_not_fit_side_by_side_take_turns()
    {
        TraceRequest[] workload =
        [
            Request(1, "a", 0, prompt: 16, output: 100),
            Request(2, "b", 300, prompt: 2000, output: 1),
        ];
        UnitLlmPlan[] whole =
        [
            .. new[] { "a", "b" }.Select(name => Llm(name, "llama-7b") with { PrefillParts = 10, DecodeParts = 9 }),
        ];
        var alone = Run(Unit(whole), [workload[0]]).Timelines[0].FinishMs;
        var turns = Run(Unit(whole), workload);
        var prefill = whole[1].Latency.Demand(StepShape.Prefill(2000), 1).AloneMs;
        Assert.Equal(alone + prefill, turns.Timelines[0].FinishMs, 3);
    }

    [Fact]
    public void Device_use_counts_the_parts_that_compute()
    {
        var llm = Llm("a", "llama-7b");
        var result = Run(Unit([llm, Llm("b", "llama-7b")]), [Request(1, "a", 0, prompt: 100, output: 3)]);
        var timeline = Assert.Single(result.Timelines);
        var decodeMs = timeline.FinishMs - timeline.FirstTokenMs;
        Assert.Equal(0.8 * timeline.FirstTokenMs + 0.3 * decodeMs, result.BusyMs, 6);
        // Both LLMs are on one device, so it is not halved for the one that has nothing to do.
        Assert.Equal(result.BusyMs / timeline.FinishMs, result.Utilization, 9);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(10, 9)]
    public void Overbooked_parts_are_one_device_in_full_use_and_not_more(int prefillParts, int decodeParts)
    {
        UnitLlmPlan[] llms =
        [
            .. new[] { "a", "b" }.Select(name =>
                Llm(name, "llama-7b") with
                {
                    PrefillParts = prefillParts,
                    DecodeParts = decodeParts,
                }
            ),
        ];
        List<TraceRequest> workload = [];
        for (var i = 0; i < 200; i++)
            workload.Add(Request(i + 1, i % 2 == 0 ? "a" : "b", i * 20, prompt: 800, output: 60));
        foreach (var unit in (UnitPlan[])[Unit(llms), Unit([llms[0]])])
            Assert.InRange(
                Run(unit, workload.Where(r => unit.Llms.Any(l => l.Name == r.Model))).Utilization,
                0.8,
                1 + 1e-9
            );
    }

    [Fact]
    public void Quotas_follow_the_load()
    {
        List<QuotaSample> samples = [];
        UnitLlmPlan[] llms = [Llm("busy", "llama-7b"), Llm("calm", "llama-7b")];
        var unit = Unit(llms, kvBytes: 12e9);
        List<TraceRequest> workload = [];
        for (var i = 0; i < 600; i++)
            workload.Add(Request(i + 1, i % 30 == 0 ? "calm" : "busy", i * 50, prompt: 150, output: 250));
        var simulation = new MultiplexedSimulation([unit], MuxServe.System) { Adapted = samples.Add };
        var result = simulation.Run(workload);
        Assert.Equal(600, result.Served);
        var busy = samples.Where(sample => sample.Llm == "busy").ToList();
        Assert.Equal(0, busy[0].Ms);
        Assert.Equal(8000, busy[1].Ms);
        Assert.True(busy.Max(sample => sample.Quota) > busy[0].Quota * 1.2, "the busy LLM's quota did not grow");
        foreach (var moment in samples.GroupBy(sample => sample.Ms))
        {
            Assert.True(moment.Sum(sample => sample.Quota) <= unit.KvBlocks);
            Assert.True(moment.Sum(sample => sample.Held) <= unit.KvBlocks);
        }
    }

    [Fact]
    public void A_request_for_an_unknown_llm_is_refused_by_name_and_a_unit_without_memory_is_no_unit()
    {
        var result = Run(Unit([Llm("a", "llama-7b")]), [Request(1, "z", 0, 10, 10), Request(2, "a", 0, 3000, 10)]);
        Assert.Equal(2, result.Refused.Count);
        Assert.Contains("'z'", result.Refused[0].Reason);
        Assert.Contains("3000", result.Refused[1].Reason);
        Assert.Throws<ArgumentException>(() => Run(Unit([Llm("a", "llama-7b")], kvBytes: 1e9), []));
        Assert.Throws<ArgumentException>(() => new MultiplexedSimulation([Unit([Llm("a", "llama-7b")])], Vllm.System));
        Assert.Throws<ArgumentException>(() => Run(Unit([Llm("a", "llama-7b"), Llm("a", "llama-7b")]), []));
    }

    [Fact]
    public void Every_variant_serves_every_request_once_and_twice_the_same()
    {
        AdaptiveBatching[] variants =
        [
            AdaptiveBatching.Adbs,
            AdaptiveBatching.FixedQuotas,
            AdaptiveBatching.FixedPhases,
            AdaptiveBatching.RoundRobin,
            AdaptiveBatching.Fcfs,
        ];
        var request =
            from gap in Gen.Choose(0, 400)
            from llm in Gen.Choose(0, 2)
            from prompt in Gen.Choose(1, 2040)
            from output in Gen.Choose(1, 60)
            select (gap, llm, prompt, output);
        Prop.ForAll(
                Arb.From(Gen.Zip(request.NonEmptyListOf(), Gen.Choose(0, variants.Length - 1))),
                scenario =>
                {
                    var (list, variant) = scenario;
                    var ms = 0.0;
                    List<TraceRequest> workload = [];
                    foreach (var (gap, llm, prompt, output) in list)
                        workload.Add(Request(workload.Count + 1, $"m{llm}", ms += gap, prompt, output));
                    // Room for one longest sequence of each and hardly more: memory is always short.
                    UnitLlmPlan[] llms = [Llm("m0", "llama-7b"), Llm("m1", "llama-13b"), Llm("m2", "llama-7b")];
                    var unit = Unit(llms, kvBytes: 4.0e9) with { Batching = variants[variant] };
                    var first = Run(unit, workload);
                    var second = Run(unit, workload);
                    Assert.Equal(workload.Count, first.Served);
                    Assert.InRange(first.Utilization, 0, 1 + 1e-9);
                    for (var i = 0; i < workload.Count; i++)
                    {
                        var expected = Math.Min(workload[i].OutputTokens, 2048 - workload[i].PromptTokens);
                        Assert.Equal(expected, first.Timelines[i].GeneratedTokens);
                        Assert.True(first.Timelines[i].FinishMs >= workload[i].ArrivalMs);
                        Assert.Equal(first.Timelines[i].FinishMs, second.Timelines[i].FinishMs);
                    }
                    Assert.All(first.Workers, worker => Assert.Equal(0, worker.Stats.HeldBlocks));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(12).WithQuietOnSuccess(true));
    }

    private static SimulationResult Run(UnitPlan unit, IEnumerable<TraceRequest> workload) =>
        new MultiplexedSimulation([unit], MuxServe.System).Run(workload);

    private static UnitPlan Unit(IReadOnlyList<UnitLlmPlan> llms, double kvBytes = 30e9) =>
        new()
        {
            Name = "unit",
            Gpus = 1,
            Llms = llms,
            KvBlocks = new Scheduling.Blocks.HeadwiseBlocks(128).CountIn(kvBytes),
        };

    private static UnitLlmPlan Llm(string name, string model)
    {
        var shape = ModelCatalog.Get(model);
        return new UnitLlmPlan
        {
            Name = name,
            RatePerSecond = 1,
            SequenceTokens = 400,
            GroupBlocks = 2 * shape.Layers * shape.KvHeads,
            PrefillParts = 8,
            DecodeParts = 3,
            Latency = new ColocatedRoofline(_gpu, shape, 1),
        };
    }

    private static TraceRequest Request(int row, string model, double ms, int prompt, int output) =>
        new()
        {
            Row = row,
            Model = model,
            ArrivalMs = ms,
            PromptTokens = prompt,
            OutputTokens = output,
        };
}
