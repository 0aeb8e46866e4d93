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

    /// <summary>Models that requests ask for by name, in ordinal order; empty where they name none.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Tokens of the longest request, prompt and answer together.</summary>
    public required int LongestTokens { get; init; }

    /// <summary>The requests of a file, all of them read and checked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Requests to take from its beginning.</param>
    /// <exception cref="TraceFormatException">The file is no trace, or has a bad row.</exception>
    public static RatedWorkload OfTrace(string path, int most = int.MaxValue)
    {
        IReadOnlyList<TraceRequest> trace = [.. TraceReader.Read(path).Take(most)];
        return Of(
            Path.GetFileName(path),
            trace[^1].ArrivalMs > trace[0].ArrivalMs ? new TraceArrivals(trace).Rate : null,
            trace,
            trace.AtRate
        );
    }

    /// <summary>The requests of a description, <see cref="WorkloadSpec"/>.</summary>
    /// <param name="text">The description.</param>
    /// <param name="seed">Where chance begins; null: as the description says.</param>
    /// <param name="most">Requests to take from its beginning.</param>
    /// <param name="models">Names of the models over which it spreads requests, if it does, the most popular first; null: its own names.</param>
    /// <exception cref="WorkloadSpecException">It is wrong; the message names key, value and what is valid.</exception>
    public static RatedWorkload OfSpec(
        string text,
        ulong? seed = null,
        int most = int.MaxValue,
        IReadOnlyList<string>? models = null
    )
    {
        var spec = WorkloadSpec.Parse(text);
        if (models is not null && spec.PowerLaw is { } law)
        {
            if (law.Models != models.Count)
                throw new WorkloadSpecException(
                    "models",
                    $"requests are spread over {law.Models}, but served are {models.Count} ({string.Join(", ", models)}); both must be the same number"
                );
            spec = spec with { ModelNames = models };
        }
        spec = spec with { Seed = seed ?? spec.Seed, Count = Math.Min(most, spec.Count) };
        return Of(text, spec.Rate, spec.Requests(), rate => (spec with { Rate = rate }).Requests());
    }

    /// <summary>The requests at a mean rate in requests/s; null: as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 1e-6 to 1e6.</exception>
    /// <exception cref="ArgumentException">The workload has no rate that could be changed.</exception>
    public IEnumerable<TraceRequest> At(double? rate) => rate is { } given ? _atRate(given) : Requests;

    /// <summary>In one line, for reports.</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"{Description}: {Count} requests, {(Rate is { } rate ? $"{rate:0.###} req/s" : "all at once")}"
        );

    private static RatedWorkload Of(
        string description,
        double? rate,
        IEnumerable<TraceRequest> requests,
        Func<double, IEnumerable<TraceRequest>> atRate
    )
    {
        var (count, longest, models) = (0, 0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var request in requests)
        {
            count++;
            longest = Math.Max(longest, request.PromptTokens + request.OutputTokens);
            if (request.Model.Length > 0)
                models.Add(request.Model);
        }
        return new RatedWorkload(atRate)
        {
            Description = description,
            Rate = rate,
            Requests = requests,
            Count = count,
            LongestTokens = longest,
            Models = [.. models],
        };
    }
}
