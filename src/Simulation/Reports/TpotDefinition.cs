// Owns the meanings of "time per output token".
namespace Tern.Simulation.Reports;

/// <summary>What a report calls TPOT, in ms a token.</summary>
public enum TpotDefinition
{
    /// <summary>
    /// (Last token − first token) / (output tokens − 1), and 0 for an answer of one token (DistServe's testbed, LoongServe).
    /// </summary>
    PerLaterToken,

    /// <summary>(Last token − first token) / output tokens: decode time over all tokens (DistServe's simulator, MuxServe).</summary>
    PerToken,

    /// <summary>(Last token − arrival) / output tokens: FastServe's code calls the normalized latency so.</summary>
    EndToEndPerToken,
}
