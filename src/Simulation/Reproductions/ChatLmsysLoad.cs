// Owns the published load of MuxServe's real-trace experiment.
using Tern.Scheduling.Placement;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// The 16 LLMs of the ChatLMSYS trace at its highest load (MuxServe, ICML 2024, §4.3; rates and request counts as released with the
/// results): half a day in 21.6 s, 100 tokens a prompt and 261 an answer on average. Which request came when is not published, so arrivals are Poisson;
/// answers and prompts of an LLM keep its published mean length in the trace's overall proportion.
/// </summary>
internal static class ChatLmsysLoad
{
    public const double Seconds = 43200.0 / 2000;

    private const double PromptShare = 100.17 / (100.17 + 261.31);

    /// <summary>LLM, model, requests, mean tokens of a request.</summary>
    private static readonly (string Name, string Model, int Requests, double Tokens)[] _llms =
    [
        ("llm-1", "llama-13b", 702, 383.9),
        ("llm-2", "llama-13b", 100, 245.5),
        ("llm-3", "llama-13b", 611, 209.4),
        ("llm-4", "llama-7b", 703, 429.1),
        ("llm-5", "llama-13b", 94, 239.9),
        ("llm-6", "llama-13b", 159, 250.4),
        ("llm-7", "llama-7b", 84, 301.5),
        ("llm-8", "llama-30b", 176, 267.6),
        ("llm-9", "llama-30b", 65, 252.7),
        ("llm-10", "llama-65b", 68, 329.1),
        ("llm-11", "llama-30b", 533, 443.0),
        ("llm-12", "llama-13b", 163, 308.0),
        ("llm-13", "llama-7b", 168, 280.8),
        ("llm-14", "llama-65b", 75, 358.9),
        ("llm-15", "llama-7b", 272, 288.5),
        ("llm-16", "llama-65b", 116, 321.0),
    ];

    public static IReadOnlyDictionary<string, string> ModelOf { get; } =
        _llms.ToDictionary(llm => llm.Name, llm => llm.Model);

    public static IReadOnlyList<MultiplexedLlm> Llms { get; } =
    [
        .. _llms.Select(llm =>
            MuxServeCluster.Llm(
                llm.Name,
                llm.Model,
                llm.Requests / Seconds,
                PromptShare * llm.Tokens,
                (1 - PromptShare) * llm.Tokens
            )
        ),
    ];

    /// <summary>The spatial baseline as released: one mesh for each LLM, 32 GPUs in all, and the share of memory its KV gets.</summary>
    public static UnitPlan[] Spatial() =>
        [
            .. Llms.Select(llm =>
            {
                var (gpus, kvShare) = ModelOf[llm.Name] switch
                {
                    "llama-7b" => (1, 0.65),
                    "llama-13b" => (llm.Name is "llm-1" or "llm-3" ? 1 : 2, 0.5),
                    "llama-30b" => (2, 0.375),
                    _ => (4, 0.375),
                };
                return MuxServeCluster.Alone(llm, ModelOf[llm.Name], gpus, kvShare);
            }),
        ];

    public static IReadOnlyList<TraceRequest> Workload(ulong seed) => MuxServeCluster.Workload(Llms, Seconds, seed);
}
