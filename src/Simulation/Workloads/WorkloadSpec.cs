// Owns a workload as one writes it on a command line: poisson:rate=2,lengths=chat,n=1000,seed=1
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Workloads;

/// <summary>
/// A generated workload. Written as <c>kind:key=value,…</c>, keys in any order.
/// <list type="bullet">
/// <item><c>poisson:rate=</c></item>
/// <item><c>gamma:rate=,cv=</c></item>
/// <item><c>fixed:rate=</c></item>
/// <item><c>bursty:rate=,peak=5,share=0.1,burst=10</c>: <see cref="BurstyArrivals"/>, <c>burst</c> in s</item>
/// <item><c>trace:file=,rate=</c>: arrival times of a trace, at its own rate unless one is given</item>
/// <item><c>powerlaw:alpha=,models=,rate=</c> or <c>max_rate=40</c>: Poisson, <see cref="Workloads.PowerLaw"/>; <c>rate</c> of all models together, <c>max_rate</c> of the most popular</item>
/// </list>
/// All take <c>n=1000</c> (requests), <c>seed=1</c>, and either <c>lengths=chat</c> (a name of <see cref="LengthCatalog"/>) or
/// <c>prompt=</c> and <c>output=</c>, each a number of tokens or a range like <c>64-512</c> of which every length is equally likely.
/// </summary>
public sealed record WorkloadSpec
{
    /// <summary>When requests come, all models together.</summary>
    public required IArrivalProcess Arrivals { get; init; }

    /// <summary>How long they are.</summary>
    public required ILengthDistribution Lengths { get; init; }

    /// <summary>How they spread over models; null: there is one model.</summary>
    public PowerLaw? PowerLaw { get; init; }

    /// <summary>Names of the models, the most popular first; empty: those of <see cref="Workloads.PowerLaw.ModelName"/>.</summary>
    public IReadOnlyList<string> ModelNames { get; init; } = [];

    /// <summary>Number of requests.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>Where chance begins.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Mean arrivals of all models together, requests/s; <c>spec with { Rate = 3 }</c> brings the same requests at another rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 1e-6 to 1e6.</exception>
    public double Rate
    {
        get => Arrivals.Rate;
        init => Arrivals = Arrivals.AtRate(value);
    }

    /// <summary>Reads a description.</summary>
    /// <exception cref="WorkloadSpecException">It is wrong; the message names key, value and what is valid.</exception>
    /// <exception cref="TraceFormatException">The trace that it names has a bad row.</exception>
    public static WorkloadSpec Parse(string text) => WorkloadSpecParser.Parse(text);

    /// <summary>The requests in order of time, made as they are read, the same at each reading and on every machine.</summary>
    public IEnumerable<TraceRequest> Requests() => (PowerLaw is null ? Single() : PerModel(PowerLaw)).Take(Count);

    private IEnumerable<TraceRequest> Single() =>
        new SyntheticWorkload
        {
            Arrivals = Arrivals,
            Lengths = Lengths,
            Seed = Seed,
        }.Requests();

    private IEnumerable<TraceRequest> PerModel(PowerLaw popularity) =>
        popularity
            .Shares()
            .Select(
                (share, model) =>
                    new SyntheticWorkload
                    {
                        Arrivals = Arrivals.AtRate(Rate * share),
                        Lengths = Lengths,
                        Seed = Seed,
                        Model = ModelNames.Count > 0 ? ModelNames[model] : PowerLaw.ModelName(model),
                        ModelIndex = model,
                    }.Requests()
            )
            .Merged();
}
