// Owns the meanings of "time to first token".
namespace Tern.Simulation.Reports;

/// <summary>What a report calls TTFT.</summary>
public enum TtftDefinition
{
    /// <summary>First token − arrival, in ms (DistServe, FastServe, MuxServe).</summary>
    FromArrival,

    /// <summary>(First token − arrival) / prompt tokens, in ms a token: LoongServe's "input token latency".</summary>
    PerPromptToken,
}
