// Owns the requests of LoongServe's evaluation: lengths like its data sets', Poisson arrivals.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// Lengths in place of data sets that are not ours to ship. Prompts: ShareGPT 4–2.3K, L-Eval 2.7K–210.5K, LV-Eval 15.1K–497.3K tokens (SOSP
/// 2024, §7.1), log-normal within these ranges around 161 (mean of ShareGPT as MuxServe, ICML 2024, gives it), 20K and 100K; the Zipf
/// resamplings are the artifact's: <c>p(x) ~ x^-a</c> on 10 … 199,999. Answers: ShareGPT's mean 337 below 2.3K tokens of prompt, shorter for
/// the question-answering sets: means of about 100 (L-Eval) and 20 (LV-Eval).
/// </summary>
internal static class LoongServeWorkload
{
    private const int ShareGptLongest = 2_300;
    private const int LEvalLongest = 210_500;

    /// <summary>ShareGPT-like requests at a rate per second.</summary>
    public static IEnumerable<TraceRequest> ShareGpt(double rate, int count, ulong seed = 1) =>
        Requests(rate, count, seed, random => LogNormal(random, 161, 1.1, 4, ShareGptLongest));

    /// <summary>L-Eval-like requests at a rate per second.</summary>
    public static IEnumerable<TraceRequest> LEval(double rate, int count, ulong seed = 1) =>
        Requests(rate, count, seed, random => LogNormal(random, 20_000, 0.9, 2_700, LEvalLongest));

    /// <summary>LV-Eval-like requests at a rate per second.</summary>
    public static IEnumerable<TraceRequest> LvEval(double rate, int count, ulong seed = 1) =>
        Requests(rate, count, seed, random => LogNormal(random, 100_000, 0.9, 15_100, 497_300));

    /// <summary>A third each of ShareGPT, L-Eval and LV-Eval at a rate per second.</summary>
    public static IEnumerable<TraceRequest> Mixed(double rate, int count, ulong seed = 1) =>
        Requests(
            rate,
            count,
            seed,
            random =>
                (int)(3 * random.Next()) switch
                {
                    0 => LogNormal(random, 161, 1.1, 4, ShareGptLongest),
                    1 => LogNormal(random, 20_000, 0.9, 2_700, LEvalLongest),
                    _ => LogNormal(random, 100_000, 0.9, 15_100, 497_300),
                }
        );

    /// <summary>The Zipf resampling at a rate per second.</summary>
    public static IEnumerable<TraceRequest> Zipf(double exponent, double rate, int count, ulong seed = 1)
    {
        var cumulative = new double[199_990];
        var sum = 0.0;
        for (var i = 0; i < cumulative.Length; i++)
            cumulative[i] = sum += Math.Pow(10 + i, -exponent);
        return Requests(
            rate,
            count,
            seed,
            random =>
            {
                var at = Array.BinarySearch(cumulative, random.Next() * sum);
                return 10 + Math.Min(at < 0 ? ~at : at, cumulative.Length - 1);
            }
        );
    }

    private static IEnumerable<TraceRequest> Requests(double rate, int count, ulong seed, Func<Random64, int> prompt)
    {
        var random = new Random64(seed);
        var ms = 0.0;
        for (var row = 1; row <= count; row++)
        {
            ms += -1000 / rate * Math.Log(1 - random.Next());
            var tokens = prompt(random);
            yield return new TraceRequest
            {
                Row = row,
                ArrivalMs = ms,
                PromptTokens = tokens,
                OutputTokens = tokens switch
                {
                    <= ShareGptLongest => LogNormal(random, 337, 0.8, 4, 1_000),
                    <= 50_000 => LogNormal(random, 100, 0.8, 4, 1_000),
                    _ => LogNormal(random, 20, 0.8, 4, 1_000),
                },
            };
        }
    }

    /// <summary>A log-normal length with this mean (before the range cuts it).</summary>
    private static int LogNormal(Random64 random, double mean, double sigma, int shortest, int longest)
    {
        var length = mean * Math.Exp(sigma * random.NextNormal() - sigma * sigma / 2);
        return (int)Math.Clamp(length, shortest, longest);
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).</summary>
    internal sealed class Random64(ulong seed)
    {
        private ulong _state = seed;

        /// <summary>Uniform in [0, 1).</summary>
        public double Next()
        {
            _state += 0x9E3779B97F4A7C15UL;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }

        /// <summary>Standard normal (Box, Muller, 1958).</summary>
        public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());
    }
}
