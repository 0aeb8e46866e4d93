// Owns how DistServe's evaluation is set up: models, lengths, objectives, what its simulator leaves out.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// One model in DistServe's simulator (OSDI 2024, §6.1; <c>simdistserve</c>): published step times with its dispatch overhead, Poisson
/// arrivals, lengths like ShareGPT's. As there, keys and values take no time to move and their memory never fills. Its answers of n
/// tokens take n decode steps after the first token, so requests here ask for n + 1 and TPOT divides by the later ones.
/// </summary>
/// <param name="Model">opt-13b or opt-66b; of the third model no step times are in the last release.</param>
/// <param name="TtftMs">Objective on time to first token, in ms.</param>
/// <param name="TpotMs">Objective on time per output token, in ms.</param>
/// <param name="Requests">Requests of a run.</param>
internal sealed record DistServeSetup(string Model, double TtftMs, double TpotMs, int Requests)
{
    // A block holds the longest sequence of these models, and there is one for each request: memory that never fills.
    private const int BlockSize = 4096;

    private static readonly LengthProfile _lengths = LengthCatalog.Get("sharegpt-distserve");

    /// <summary>Seed of arrivals and lengths of the first run.</summary>
    public ulong Seed { get; init; }

    /// <summary>Runs with consecutive seeds over which attainment is averaged.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>Whether step times are those measured, without the factors that the last release has multiplied them by.</summary>
    public bool AsMeasured { get; init; }

    /// <summary>What a run rests on, in words.</summary>
    public string Inputs =>
        FormattableString.Invariant(
            $"{Model} on A100-80G, DistServe's published step times {(AsMeasured ? "as measured" : "as last released")} and its dispatch overhead; lengths {_lengths.Name}; Poisson, {Requests} requests, {(Runs == 1 ? $"seed {Seed}" : $"mean of {Runs} seeds")}; TTFT {TtftMs:0} ms, TPOT {TpotMs:0} ms by its simulator's definitions; no KV transfer, no KV limit"
        );

    /// <summary>Why a pair cannot be run there, or null if it can.</summary>
    public string? Refuse(DisaggregatedPlacement pair) =>
        Refuse("distserve", pair.PrefillInstance) ?? Refuse("distserve", pair.DecodeInstance);

    /// <summary>Why an instance cannot be run there: no profile or no entry in the table of KV capacities.</summary>
    public string? Refuse(string engine, Parallelism cut) =>
        Find(engine, cut) is null
            ? $"no step times are published for {Model} of {engine} with tensor parallelism {cut.Tensor}"
        : PublishedKvCapacity.Tokens(Model, cut.Tensor, cut.Pipeline) is null
            ? $"no KV capacity is published for {Model} with {cut}"
        : null;

    /// <summary>Attainment of one vLLM instance.</summary>
    public Scheduling.Placement.Attainment Vllm(Parallelism cut, double rate) => Run(() => VllmPlan(cut), rate);

    /// <summary>Attainment of one instance that schedules like vLLM and steps like DistServe.</summary>
    public Scheduling.Placement.Attainment VllmOnDistServesSteps(Parallelism cut, double rate) =>
        Run(() => VllmPlan(cut, "distserve"), rate);

    /// <summary>Attainment of one prefill and one decode instance.</summary>
    public Scheduling.Placement.Attainment DistServe(DisaggregatedPlacement pair, double rate) =>
        Run(() => DistServePlan(pair), rate);

    /// <summary>One vLLM instance, with its own steps or another engine's.</summary>
    public ClusterPlan VllmPlan(Parallelism cut, string engine = "vllm") =>
        ClusterPlan.Of(Scheduling.Systems.Vllm.System, Worker(engine, cut, WorkerRole.Whole));

    /// <summary>One prefill and one decode instance.</summary>
    public ClusterPlan DistServePlan(DisaggregatedPlacement pair) =>
        new()
        {
            System = Scheduling.Systems.DistServe.System,
            Workers =
            [
                Worker("distserve", pair.PrefillInstance, WorkerRole.Prefill),
                Worker("distserve", pair.DecodeInstance, WorkerRole.Decode),
            ],
        };

    /// <summary>The requests of the first run at a rate in requests per second, each asking for one token more than its answer's length.</summary>
    public IEnumerable<TraceRequest> Load(double rate) => Load(rate, Seed);

    private IEnumerable<TraceRequest> Load(double rate, ulong seed) =>
        new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(rate),
            Lengths = _lengths.Distribution,
            Seed = seed,
        }
            .Requests()
            .Take(Requests)
            .Select(r => r with { OutputTokens = r.OutputTokens + 1 });

    private Scheduling.Placement.Attainment Run(Func<ClusterPlan> plan, double rate)
    {
        var objective = new ServiceObjective { TtftSeconds = TtftMs / 1000, TpotSeconds = TpotMs / 1000 };
        // All runs have as many requests: their attainment together is the mean.
        var metrics = new ServingMetrics(MetricDefinitions.DistServeTestbed, objective);
        for (var run = 0; run < Runs; run++)
        {
            var result = new Simulator(plan()) { KeepTimelines = false, Finished = t => metrics.Add(t) }.Run(
                Load(rate, Seed + (ulong)run)
            );
            foreach (var _ in result.Refused)
                metrics.AddRejected();
        }
        var shares = metrics.Attainments[0];
        return new(shares.Ttft, shares.Tpot, shares.Joint);
    }

    private WorkerPlan Worker(string engine, Parallelism cut, WorkerRole role)
    {
        var published = Find(engine, cut)!;
        return new()
        {
            Options = new SchedulerOptions
            {
                BlockCount = Requests,
                BlockSize = BlockSize,
                MaxSequences = Requests,
                // The released simulator bounds a prefill step only by the tokens that fit in memory, which is as good as not at all.
                MaxBatchTokens = 1 << 20,
                PipelineDepth = cut.Pipeline,
                Role = role,
                EnablePrefixCaching = false,
                Watermark = 0,
            },
            Latency = new Profiled(
                AsMeasured ? published.Measured : published.Profile,
                cut.Pipeline,
                Profiled.Options.DistServeSimulator
            ),
            Devices = cut.Devices,
        };
    }

    private PublishedProfile? Find(string engine, Parallelism cut) =>
        ProfileCatalog.All.FirstOrDefault(p => p.Engine == engine && p.Model == Model && p.Tensor == cut.Tensor);
}
