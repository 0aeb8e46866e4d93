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
internal sealed class DistServeSetup
{
    // A block holds the longest sequence of these models, and there is one for each request: memory that never fills.
    private const int BlockSize = 4096;

    private static readonly LengthProfile _lengths = LengthCatalog.Get("sharegpt-distserve");
    private readonly string _model;
    private readonly ServiceObjective _objective;
    private readonly int _requests;
    private readonly ulong _seed;

    /// <summary>Creates the setup.</summary>
    /// <param name="model">opt-13b or opt-66b; of the third model no step times are published.</param>
    /// <param name="ttftMs">Objective on time to first token, in ms.</param>
    /// <param name="tpotMs">Objective on time per output token, in ms.</param>
    /// <param name="requests">Requests of a run.</param>
    /// <param name="seed">Seed of arrivals and lengths.</param>
    public DistServeSetup(string model, double ttftMs, double tpotMs, int requests, ulong seed = 0)
    {
        (_model, _requests, _seed) = (model, requests, seed);
        _objective = new ServiceObjective { TtftSeconds = ttftMs / 1000, TpotSeconds = tpotMs / 1000 };
    }

    /// <summary>What a run rests on, in words.</summary>
    public string Inputs =>
        FormattableString.Invariant(
            $"{_model} on A100-80G, DistServe's published step times and dispatch overhead; lengths {_lengths.Name}; Poisson, {_requests} requests, seed {_seed}; TTFT {_objective.TtftSeconds * 1000:0} ms, TPOT {_objective.TpotSeconds * 1000:0} ms by its simulator's definitions; no KV transfer, no KV limit"
        );

    /// <summary>The same setup with another number of requests.</summary>
    public DistServeSetup WithRequests(int requests) =>
        new(_model, _objective.TtftSeconds!.Value * 1000, _objective.TpotSeconds!.Value * 1000, requests, _seed);

    /// <summary>The same setup with another seed.</summary>
    public DistServeSetup WithSeed(ulong seed) =>
        new(_model, _objective.TtftSeconds!.Value * 1000, _objective.TpotSeconds!.Value * 1000, _requests, seed);

    /// <summary>Why a pair cannot be run there, or null if it can.</summary>
    public string? Refuse(DisaggregatedPlacement pair) =>
        Refuse("distserve", pair.PrefillInstance) ?? Refuse("distserve", pair.DecodeInstance);

    /// <summary>Why an instance cannot be run there: no profile or no entry in the table of KV capacities.</summary>
    public string? Refuse(string engine, Parallelism cut) =>
        Find(engine, cut) is null
            ? $"no step times are published for {_model} of {engine} with tensor parallelism {cut.Tensor}"
        : PublishedKvCapacity.Tokens(_model, cut.Tensor, cut.Pipeline) is null
            ? $"no KV capacity is published for {_model} with {cut}"
        : null;

    /// <summary>Attainment of one vLLM instance.</summary>
    public Scheduling.Placement.Attainment Vllm(Parallelism cut, double rate) => Run(VllmPlan(cut), rate);

    /// <summary>Attainment of one prefill and one decode instance.</summary>
    public Scheduling.Placement.Attainment DistServe(DisaggregatedPlacement pair, double rate) =>
        Run(DistServePlan(pair), rate);

    /// <summary>One vLLM instance.</summary>
    public ClusterPlan VllmPlan(Parallelism cut) =>
        ClusterPlan.Of(Scheduling.Systems.Vllm.System, Worker("vllm", cut, WorkerRole.Whole));

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

    /// <summary>The requests at a rate in requests per second, each asking for one token more than its answer's length.</summary>
    public IEnumerable<TraceRequest> Requests(double rate) =>
        new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(rate),
            Lengths = _lengths.Distribution,
            Seed = _seed,
        }
            .Requests()
            .Take(_requests)
            .Select(r => r with { OutputTokens = r.OutputTokens + 1 });

    private Scheduling.Placement.Attainment Run(ClusterPlan plan, double rate)
    {
        var metrics = new ServingMetrics(MetricDefinitions.DistServeTestbed, _objective);
        var result = new Simulator(plan) { KeepTimelines = false, Finished = t => metrics.Add(t) }.Run(Requests(rate));
        foreach (var _ in result.Refused)
            metrics.AddRejected();
        var shares = metrics.Attainments[0];
        return new(shares.Ttft, shares.Tpot, shares.Joint);
    }

    private WorkerPlan Worker(string engine, Parallelism cut, WorkerRole role) =>
        new()
        {
            Options = new SchedulerOptions
            {
                BlockCount = _requests,
                BlockSize = BlockSize,
                MaxSequences = _requests,
                // The released simulator bounds a prefill step only by the tokens that fit in memory, which is as good as not at all.
                MaxBatchTokens = 1 << 20,
                PipelineDepth = cut.Pipeline,
                Role = role,
                EnablePrefixCaching = false,
                Watermark = 0,
            },
            Latency = new Profiled(Find(engine, cut)!.Profile, cut.Pipeline, Profiled.Options.DistServeSimulator),
            Devices = cut.Devices,
        };

    private PublishedProfile? Find(string engine, Parallelism cut) =>
        ProfileCatalog.All.FirstOrDefault(p => p.Engine == engine && p.Model == _model && p.Tensor == cut.Tensor);
}
