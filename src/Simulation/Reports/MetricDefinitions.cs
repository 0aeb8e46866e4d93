// Owns how a latency is computed: the published systems mean different things by the same words.
namespace Tern.Simulation.Reports;

/// <summary>
/// The definitions a report uses. They are printed with every figure, because figures under different definitions do not compare.
/// </summary>
/// <param name="Name">What the set is called in print and on the command line.</param>
/// <param name="Ttft">What TTFT is.</param>
/// <param name="Tpot">What TPOT is.</param>
/// <param name="Normalized">What normalized latency is.</param>
public sealed record MetricDefinitions(
    string Name,
    TtftDefinition Ttft,
    TpotDefinition Tpot,
    LatencyDefinition Normalized
)
{
    /// <summary>
    /// DistServe's testbed (OSDI 2024, evaluation code). It has no normalized latency; Orca's and vLLM's stands in.
    /// </summary>
    public static MetricDefinitions DistServeTestbed { get; } =
        new("distserve", TtftDefinition.FromArrival, TpotDefinition.PerLaterToken, LatencyDefinition.PerOutputToken);

    /// <summary>DistServe's simulator, whose TPOT divides by all output tokens. Normalized latency as above.</summary>
    public static MetricDefinitions DistServeSimulator { get; } =
        new(
            "distserve-simulator",
            TtftDefinition.FromArrival,
            TpotDefinition.PerToken,
            LatencyDefinition.PerOutputToken
        );

    /// <summary>FastServe (NSDI 2026 artifact): its TPOT is its normalized latency.</summary>
    public static MetricDefinitions FastServe { get; } =
        new("fastserve", TtftDefinition.FromArrival, TpotDefinition.EndToEndPerToken, LatencyDefinition.PerOutputToken);

    /// <summary>LoongServe (SOSP 2024): input token latency, output token latency, latency over all tokens.</summary>
    public static MetricDefinitions LoongServe { get; } =
        new("loongserve", TtftDefinition.PerPromptToken, TpotDefinition.PerLaterToken, LatencyDefinition.PerToken);

    /// <summary>MuxServe (ICML 2024): decode time over output tokens. It has no normalized latency; Orca's and vLLM's stands in.</summary>
    public static MetricDefinitions MuxServe { get; } =
        new("muxserve", TtftDefinition.FromArrival, TpotDefinition.PerToken, LatencyDefinition.PerOutputToken);

    /// <summary>All named sets; the first is the default.</summary>
    public static IReadOnlyList<MetricDefinitions> Presets { get; } =
    [DistServeTestbed, DistServeSimulator, FastServe, LoongServe, MuxServe];

    /// <summary>TTFT's formula, in print.</summary>
    public string TtftText =>
        Ttft switch
        {
            TtftDefinition.FromArrival => "first token - arrival",
            TtftDefinition.PerPromptToken => "(first token - arrival)/prompt tokens",
            _ => throw Unknown(nameof(Ttft), Ttft),
        };

    /// <summary>TPOT's formula, in print.</summary>
    public string TpotText =>
        Tpot switch
        {
            TpotDefinition.PerLaterToken => "(last - first token)/(output tokens - 1), 0 if 1",
            TpotDefinition.PerToken => "(last - first token)/output tokens",
            TpotDefinition.EndToEndPerToken => "(last token - arrival)/output tokens",
            _ => throw Unknown(nameof(Tpot), Tpot),
        };

    /// <summary>Normalized latency's formula, in print.</summary>
    public string NormalizedText =>
        Normalized switch
        {
            LatencyDefinition.PerOutputToken => "(last token - arrival)/output tokens",
            LatencyDefinition.PerToken => "(last token - arrival)/(prompt + output tokens)",
            _ => throw Unknown(nameof(Normalized), Normalized),
        };

    /// <summary>The set of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static MetricDefinitions Named(string name) =>
        Presets.FirstOrDefault(preset => preset.Name == name)
        ?? throw new ArgumentException(
            $"unknown metric definitions '{name}'; known: {string.Join(", ", Presets.Select(preset => preset.Name))}",
            nameof(name)
        );

    /// <summary>TTFT of a served request, in ms (a prompt token).</summary>
    public double TtftMs(in RequestOutcome request) =>
        Ttft switch
        {
            TtftDefinition.FromArrival => request.FirstTokenMs - request.ArrivalMs,
            TtftDefinition.PerPromptToken => (request.FirstTokenMs - request.ArrivalMs) / request.PromptTokens,
            _ => throw Unknown(nameof(Ttft), Ttft),
        };

    /// <summary>TPOT of a served request, in ms a token.</summary>
    public double TpotMs(in RequestOutcome request) =>
        Tpot switch
        {
            TpotDefinition.PerLaterToken => request.GeneratedTokens == 1
                ? 0
                : (request.FinishMs - request.FirstTokenMs) / (request.GeneratedTokens - 1),
            TpotDefinition.PerToken => (request.FinishMs - request.FirstTokenMs) / request.GeneratedTokens,
            TpotDefinition.EndToEndPerToken => (request.FinishMs - request.ArrivalMs) / request.GeneratedTokens,
            _ => throw Unknown(nameof(Tpot), Tpot),
        };

    /// <summary>Normalized latency of a served request, in ms a token.</summary>
    public double NormalizedMs(in RequestOutcome request) =>
        Normalized switch
        {
            LatencyDefinition.PerOutputToken => (request.FinishMs - request.ArrivalMs) / request.GeneratedTokens,
            LatencyDefinition.PerToken => (request.FinishMs - request.ArrivalMs)
                / ((double)request.PromptTokens + request.GeneratedTokens),
            _ => throw Unknown(nameof(Normalized), Normalized),
        };

    private static ArgumentOutOfRangeException Unknown(string name, object value) =>
        new(name, value, $"{name} is not one of its enumeration's values");
}
