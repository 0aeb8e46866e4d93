// Owns the length distributions that stand in for the data sets of the literature.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>
/// Fitted stand-ins for data sets that are not ours to ship. Medians and deviations are those before clipping, chosen so that what is
/// left after it has the figures named. A figure said to be assumed has not been checked against the publication in brackets. Where only
/// a range is published, or a mean and the range that the preparation keeps, the range is taken as the central 99 % of the log-normal:
/// sigma = ln(max/min) / (2 × 2.576). No source states a correlation between prompt and answer; where the rows themselves are public,
/// theirs is used.
/// </summary>
public static class LengthCatalog
{
    // LongBench's spread of answers is not published.
    private static readonly LogNormal ShortAnswer = new(108.1, 1.346, new(1, 1024));

    private static readonly LogNormalLengths ShareGptLoongServe = new()
    {
        Prompt = new(3307, 1.6, new(4, 2299)),
        Output = new(245.5, 1.7, new(4, 999)),
        MaxTotal = 2299,
    };

    private static readonly LogNormalLengths LEval = new()
    {
        Prompt = new(8300, 0.74, new(2700, 210_500)),
        Output = new(12, 1.85, new(1, 968)),
    };

    private static readonly LogNormalLengths LvEval = new()
    {
        Prompt = new(90_000, 0.98, new(15_100, 497_300)),
        Output = new(8, 0.807, new(1, 64)),
    };

    private static readonly LogNormalLengths[] Mixed = [ShareGptLoongServe, LEval, LvEval];

    private static readonly Func<double, LengthProfile> Zipf = alpha =>
        new(
            FormattableString.Invariant($"zipf-{alpha:F1}"),
            FormattableString.Invariant(
                $"LoongServe §7.4: prompts of the mixed set resampled with Zipf's exponent {alpha:F1}, 10 to 199,999 tokens"
            ),
            new ZipfLengths(alpha, Mixed)
        );

    /// <summary>All profiles, fitted sets first.</summary>
    public static IReadOnlyList<LengthProfile> All { get; } =
    [
        new(
            "sharegpt",
            "ShareGPT, first turns: means 161.31 in, 337.99 out, which MuxServe uses as 161 and 337; their decimals (vLLM Fig. 11) are assumed, as are the 4-1024 in and 2048 in all that are kept and the spread from that range",
            new LogNormalLengths
            {
                Prompt = new(105.3, 1.077, new(4, 1024)),
                Output = new(218.9, 1.211, new(4, 2048)),
                MaxTotal = 2048,
            }
        ),
        new(
            "sharegpt-v3",
            "ShareGPT_V3_unfiltered_cleaned_split, first two turns, which benchmarks since 2023 draw from: means 226.75 in, 188.25 out (sgl-project/sglang issue 1639: 453,502 and 376,493 tokens in 2,000 requests, of Llama 3's tokenizer); kept are 4-1024 in, 2048 in all; spread assumed from that range",
            new LogNormalLengths
            {
                Prompt = new(167.5, 1.077, new(4, 1024)),
                Output = new(101.5, 1.211, new(4, 2048)),
                MaxTotal = 2048,
            }
        ),
        new(
            "sharegpt-distserve",
            "ShareGPT, whole conversations of less than 2048 tokens in all, as DistServe prepares it; means 755.5 in, 200.3 out (its §6.1, Fig. 7) assumed, to which those of the 881 such rows printed by LoongServe, which prepares it alike, come close: 762.6 and 200.8; spread as theirs",
            new LogNormalLengths
            {
                Prompt = new(2204.9, 1.6, new(4, 2047)),
                Output = new(112.7, 1.7, new(4, 2047)),
                MaxTotal = 2047,
            }
        ),
        new(
            "sharegpt-loongserve",
            "ShareGPT, whole conversations up to 2.3K tokens (LoongServe §7.1): 1,000 rows printed in its evaluation notebook have mean 896.9, median 822, P90 1830 in and 232.6, 137, 606 out, correlation -0.04",
            ShareGptLoongServe
        ),
        new(
            "alpaca",
            "Alpaca: means 19.31 in, 58.45 out (vLLM Fig. 11) assumed, as is the spread, from the range kept: prompts to 1024, 2048 in all (DistServe prepare-dataset)",
            new LogNormalLengths
            {
                Prompt = new(9.0, 1.077, new(4, 1024)),
                Output = new(27.1, 1.211, new(4, 2047)),
                MaxTotal = 2048,
            }
        ),
        new(
            "humaneval",
            "HumanEval: means 171.3 in, 98.2 out (DistServe §6.1, Fig. 7) assumed; spread, correlation and range of the 164 public problems and solutions, counted in characters",
            new LogNormalLengths
            {
                Prompt = new(154.0, 0.489, new(44, 517)),
                Output = new(75.1, 0.811, new(9, 469)),
                Correlation = 0.478,
            }
        ),
        new(
            "longbench",
            "LongBench, cut to OPT's context: means 1738.3 in, 90.7 out (DistServe §6.1, Fig. 7) assumed; cut to 2040 in all, prompts to 1900-2048 (DistServe 0-prepare-dataset); spread of answers assumed",
            new LogNormalLengths
            {
                Prompt = new(1974, 0.1525, new(4, 2040)),
                Output = ShortAnswer,
                MaxTotal = 2040,
            }
        ),
        new(
            "arxiv",
            "arXiv summarization: medians 7059 in, 208 out, P90 12,985 in, 371 out, up to 16,384 in all (Sarathi-Serve, Table 2), all assumed",
            new LogNormalLengths
            {
                Prompt = new(7886, 0.6525, new(1, 16_384)),
                Output = new(208.2, 0.4525, new(1, 16_384)),
                MaxTotal = 16_384,
            }
        ),
        new(
            "l-eval",
            "L-Eval: 2.7K-210.5K tokens in (LoongServe §7.1); 2,074 public rows of 18 of its 20 tasks, counted with Llama 2's vocabulary, have mean 11,369, median 7732, P90 22,127 in and 54.6, 14, 139 out",
            LEval
        ),
        new(
            "lv-eval",
            "LV-Eval: 15.1K-497.3K tokens in (LoongServe §7.1), five levels that double, 102,380 words in on average of 1.28 tokens (its README); answers up to 64 tokens (its config.py), spread assumed from that range",
            LvEval
        ),
        new(
            "mixed",
            "LoongServe §7.1: as many of sharegpt-loongserve as of l-eval and of lv-eval",
            new MixedLengths(Mixed)
        ),
        Zipf(1.0),
        Zipf(1.2),
        Zipf(1.4),
    ];

    /// <summary>Names of tasks and the set that stands for each.</summary>
    public static IReadOnlyList<(string Task, string Name)> Tasks { get; } =
    [("chat", "sharegpt"), ("summarization", "arxiv"), ("code", "humaneval"), ("long-context", "l-eval")];

    /// <summary>The profile of this name or task.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static LengthProfile Get(string name)
    {
        var wanted = Tasks.FirstOrDefault(t => t.Task == name).Name ?? name;
        return All.FirstOrDefault(p => p.Name == wanted)
            ?? throw new ArgumentException($"unknown lengths '{name}'; known are {Known}", nameof(name));
    }

    /// <summary>The names, for messages.</summary>
    internal static string Known => string.Join(", ", [.. Tasks.Select(t => t.Task), .. All.Select(p => p.Name)]);
}
