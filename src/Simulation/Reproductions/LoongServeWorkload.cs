// Owns the requests of LoongServe's evaluation: the catalog's stand-ins for its data sets, and what its scripts draw from seeds.
using System.Globalization;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>The workloads of §7.1 and §7.4 (SOSP 2024), with lengths from <see cref="LengthCatalog"/>.</summary>
internal static class LoongServeWorkload
{
    private const int Resampled = 20_000;

    /// <summary>Requests with the lengths of one of the catalog's profiles, Poisson arrivals.</summary>
    /// <param name="lengths">Name of the profile.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="count">Number of requests.</param>
    /// <param name="seed">Where chance begins.</param>
    public static IEnumerable<TraceRequest> Of(string lengths, double rate, int count, ulong seed = 1) =>
        new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(rate),
            Lengths = LengthCatalog.Get(lengths).Distribution,
            Seed = seed,
        }
            .Requests()
            .Take(count);

    /// <summary>Whole conversations up to 2.3K tokens.</summary>
    public static IEnumerable<TraceRequest> ShareGpt(double rate, int count, ulong seed = 1) =>
        Of("sharegpt-loongserve", rate, count, seed);

    /// <summary>
    /// Fig. 12's requests. The artifact draws 20,000 prompts with Python's generator and seed 0 (<c>4-mix-dataset-zipf.py</c>), shuffles
    /// them with seed 0, and sends the first <paramref name="count"/> at exponential intervals of NumPy's with seed 0, stretched so that
    /// they last count / rate (<c>5-benchmark-serving.py</c>): prompts and arrivals are those of the publication, but that a prompt was
    /// replaced by the nearest in the data sets. Answers are drawn.
    /// </summary>
    /// <param name="exponent">Zipf's: 1.0, 1.2 or 1.4.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="count">Number of requests; at least 2.</param>
    /// <param name="seed">Where the chance of the answers begins.</param>
    public static IEnumerable<TraceRequest> Zipf(double exponent, double rate, int count, ulong seed = 1)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"zipf-{exponent:F1}");
        var lengths = (ZipfLengths)LengthCatalog.Get(name).Distribution;
        var prompts = new int[Resampled];
        var draws = MersenneTwister.OfPython(0);
        for (var i = 0; i < prompts.Length; i++)
            prompts[i] = lengths.PromptAt(draws.NextUnit());
        MersenneTwister.OfPython(0).Shuffle<int>(prompts);

        var arrivals = new double[count];
        var intervals = MersenneTwister.OfNumPy(0);
        intervals.NextUnit(); // The first request comes at 0.
        for (var i = 1; i < count; i++)
            arrivals[i] = arrivals[i - 1] - PortableMath.Log(1 - intervals.NextUnit());
        var stretch = 1000 * count / rate / arrivals[^1];

        var answers = new RandomStream(seed, 0);
        for (var i = 0; i < count; i++)
        {
            var prompt = prompts[i % Resampled];
            yield return new TraceRequest
            {
                Row = i + 1,
                ArrivalMs = arrivals[i] * stretch,
                PromptTokens = prompt,
                OutputTokens = lengths.Answer(prompt, answers),
            };
        }
    }
}
