// Owns what DistServe publishes that needs no workload: step times, sizes of the search space, queueing formulas.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>The figures of DistServe (OSDI 2024) that are arithmetic.</summary>
public static class DistServeFormulas
{
    private const int QueuedRequests = 100_000;
    private const ulong QueueSeed = 1;

    /// <summary>Step times that the released estimator gives (<c>time_estimator.py</c>), to the microsecond.</summary>
    public static IEnumerable<ReproductionRow> CheckVectors()
    {
        (string Model, int Tensor, double[] Published)[] vectors =
        [
            ("opt-13b", 1, [73.149, 157.485, 38.074, 20.295, 34.476, 49.769]),
            ("opt-13b", 2, [51.497, 106.251, 27.248, 13.533, 23.895, 33.614]),
            ("opt-66b", 4, [110.114, 233.439, 56.557, 31.055, 43.517, 59.038]),
        ];
        foreach (var (model, tensor, published) in vectors)
        {
            var profile = ProfileCatalog
                .All.Single(p => p.Engine == "distserve" && p.Model == model && p.Tensor == tensor)
                .Profile;
            var options = Profiled.Options.DistServeSimulator with
            {
                DispatchFixedMs = 0,
                DispatchPerContextTokenMs = 0,
            };
            var (one, two) = (new Profiled(profile, 1, options), new Profiled(profile, 2, options));
            (string Step, double Ms)[] measured =
            [
                ("prefill of 512", one.StepMs(StepShape.Prefill(512))),
                ("prefill of 1024 and 256", one.StepMs(StepShape.Prefill(1024, 256))),
                ("prefill of 512 on a stage of two", two.StageMs(StepShape.Prefill(512), 0)),
                ("decode of 1 with 513 tokens", one.StepMs(StepShape.Decode(1, 513))),
                ("decode of 64 with 301 tokens each", one.StepMs(StepShape.Decode(64, 64 * 301))),
                ("decode of 128 with 301 tokens each", one.StepMs(StepShape.Decode(128, 128 * 301))),
            ];
            foreach (var ((step, ms), expected) in measured.Zip(published))
                yield return ReproductionRow.Around(
                    "step times",
                    $"{model} tp{tensor}, {step}, ms",
                    expected,
                    ms,
                    0.0005001,
                    "published coefficients, no dispatch overhead"
                );
        }
    }

    /// <summary>Placements that the released code enumerates (<c>search_configs.py</c>).</summary>
    public static IEnumerable<ReproductionRow> EnumerationCounts()
    {
        (string Model, int Nodes, int Gpus, int Low, int High)[] published =
        [
            ("opt-13b", 1, 4, 9, 9),
            ("opt-13b", 1, 8, 48, 48),
            ("opt-13b", 4, 8, 133, 569),
            ("opt-66b", 1, 4, 11, 11),
            ("opt-66b", 1, 8, 61, 61),
            ("opt-66b", 4, 8, 183, 613),
            ("opt-175b", 1, 4, 13, 13),
            ("opt-175b", 1, 8, 88, 88),
            ("opt-175b", 4, 8, 325, 1132),
        ];
        foreach (var (name, nodes, gpus, low, high) in published)
        {
            var model = ModelCatalog.Get(name);
            var space = new PlacementSpace(nodes, gpus, model.Layers, model.Heads);
            foreach (var (affinity, count) in new[] { (NodeAffinity.Low, low), (NodeAffinity.High, high) })
                yield return ReproductionRow.Around(
                    "search space",
                    $"{name} on {nodes} × {gpus} GPUs, {affinity} affinity, placements",
                    count,
                    space.Pairs(affinity).Count(),
                    0,
                    $"{model.Layers} layers, {model.Heads} heads"
                );
        }
    }

    /// <summary>The closed forms of §3.1 against the simulated cluster, requests served one by one.</summary>
    public static IEnumerable<ReproductionRow> PrefillQueues()
    {
        const double DurationMs = 73.149;
        const double SpeedUp = 1.42;
        foreach (var load in new[] { 0.3, 0.6 })
        {
            var rate = load / DurationMs;
            (string Name, double ClosedForm, ILatencyModel Latency)[] forms =
            [
                ("one device", PrefillQueue.SingleDeviceMs(rate, DurationMs), new EvenStages(DurationMs, 1)),
                ("two stages", PrefillQueue.TwoStagesMs(rate, DurationMs), new EvenStages(DurationMs, 2)),
                (
                    "two devices a layer",
                    PrefillQueue.TwoDevicesMs(rate, DurationMs, SpeedUp),
                    new EvenStages(DurationMs / SpeedUp, 1)
                ),
            ];
            foreach (var (name, closedForm, latency) in forms)
                yield return ReproductionRow.Within(
                    "prefill as an M/D/1 queue",
                    FormattableString.Invariant($"{name}, R·D = {load}, mean TTFT, ms"),
                    closedForm,
                    MeanTtftMs(rate, latency),
                    0.01,
                    FormattableString.Invariant(
                        $"D = {DurationMs} ms (opt-13b tp1, 512 tokens), K = {SpeedUp} (tp2), {QueuedRequests} requests, seed {QueueSeed}"
                    )
                );
        }
    }

    private static double MeanTtftMs(double ratePerMs, ILatencyModel latency)
    {
        var worker = new WorkerPlan
        {
            Options = new SchedulerOptions
            {
                BlockCount = 64,
                BlockSize = 1024,
                MaxSequences = 64,
                MaxBatchSequences = 1,
                PipelineDepth = (latency as IStagedLatencyModel)?.Stages ?? 1,
                EnablePrefixCaching = false,
            },
            Latency = latency,
        };
        var workload = new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(1000 * ratePerMs),
            Lengths = new UniformLengths(new(512, 512), new(1, 1)),
            Seed = QueueSeed,
        };
        var sum = 0.0;
        new Simulator(ClusterPlan.Of(Vllm.System, worker))
        {
            KeepTimelines = false,
            Finished = t => sum += t.FirstTokenMs - t.ArrivalMs,
        }.Run(workload.Requests().Take(QueuedRequests));
        return sum / QueuedRequests;
    }

    /// <summary>Steps that always take the same time, evenly over stages.</summary>
    private sealed class EvenStages(double ms, int stages) : IStagedLatencyModel
    {
        public int Stages => stages;

        public double StepMs(in StepShape step) => ms;

        public double StageMs(in StepShape step, int stage) => ms / stages;
    }
}
