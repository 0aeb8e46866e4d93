// Owns a workload as a comparison needs it: readable again and again, at its own rate or another.
using Tern.Simulation.Workloads.Arrivals;

namespace Tern.Simulation.Workloads;

/// <summary>A trace or a generated workload that can be brought to any rate: the same requests sooner or later.</summary>
public sealed record RatedWorkload
{
    private readonly Func<double, IEnumerable<TraceRequest>> _atRate;

    private RatedWorkload(Func<double, IEnumerable<TraceRequest>> atRate) => _atRate = atRate;

    /// <summary>Where it is from, in print.</summary>
    public required string Description { get; init; }

    /// <summary>Mean arrivals as it is, requests/s; null if it has no rate, being a single moment.</summary>
    public required double? Rate { get; init; }

    /// <summary>The requests as they are.</summary>
    public required IEnumerable<TraceRequest> Requests { get; init; }

    /// <summary>Number of requests.</summary>
    public required int Count { get; init; }

    /// <summary>Tokens of the longest request, prompt and answer together.</summary>
    public required int LongestTokens { get; init; }

    /// <summary>The requests of a file, all of them read and checked.</summary>
    /// <exception cref="TraceFormatException">The file is no trace, or has a bad row.</exception>
    public static RatedWorkload OfTrace(string path)
    {
        var trace = TraceReader.Read(path);
        return new RatedWorkload(trace.AtRate)
        {
            Description = Path.GetFileName(path),
            Rate = trace[^1].ArrivalMs > 0 ? new TraceArrivals(trace).Rate : null,
            Requests = trace,
            Count = trace.Count,
            LongestTokens = Longest(trace),
        };
    }

    /// <summary>The requests of a description, <see cref="WorkloadSpec"/>.</summary>
    /// <param name="text">The description.</param>
    /// <param name="seed">Where chance begins; null: as the description says.</param>
    /// <exception cref="WorkloadSpecException">It is wrong; the message names key, value and what is valid.</exception>
    public static RatedWorkload OfSpec(string text, ulong? seed = null)
    {
        var spec = WorkloadSpec.Parse(text);
        spec = spec with { Seed = seed ?? spec.Seed };
        var count = 0;
        var longest = 0;
        foreach (var request in spec.Requests())
            (count, longest) = (count + 1, Math.Max(longest, request.PromptTokens + request.OutputTokens));
        return new RatedWorkload(rate => (spec with { Rate = rate }).Requests())
        {
            Description = $"{text}, seed {spec.Seed}",
            Rate = spec.Rate,
            Requests = spec.Requests(),
            Count = count,
            LongestTokens = longest,
        };
    }

    /// <summary>The requests at a mean rate in requests/s; null: as they are.</summary>
    /// <exception cref="ArgumentException">The workload has no rate that could be changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 1e-6 to 1e6.</exception>
    public IEnumerable<TraceRequest> At(double? rate) => rate is { } given ? _atRate(given) : Requests;

    private static int Longest(IReadOnlyList<TraceRequest> trace)
    {
        var longest = 0;
        foreach (var request in trace)
            longest = Math.Max(longest, request.PromptTokens + request.OutputTokens);
        return longest;
    }
}
