// Owns the question "which attainment counts".
namespace Tern.Scheduling.Placement;

/// <summary>Which share of requests must reach the target for a rate to count as served.</summary>
public enum AttainmentRule
{
    /// <summary>The share that meets both objectives (DistServe, OSDI 2024, §6.1).</summary>
    Both,

    /// <summary>The share that meets the first and the share that meets the second, each for itself (DistServe's released simulator).</summary>
    Each,

    /// <summary>Only time to first token: a prefill instance alone (Algorithm 1's <c>simu_prefill</c>).</summary>
    Ttft,

    /// <summary>Only time per output token: a decode instance alone (Algorithm 1's <c>simu_decode</c>).</summary>
    Tpot,
}
