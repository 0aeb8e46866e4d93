// Owns the meanings of "normalized latency".
namespace Tern.Simulation.Reports;

/// <summary>What a report calls normalized latency, in ms a token.</summary>
public enum LatencyDefinition
{
    /// <summary>(Last token − arrival) / output tokens (Orca, vLLM, FastServe).</summary>
    PerOutputToken,

    /// <summary>(Last token − arrival) / (prompt + output tokens) (LoongServe).</summary>
    PerToken,
}
