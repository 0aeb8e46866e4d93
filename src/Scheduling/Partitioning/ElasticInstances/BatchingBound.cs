// Owns the names of the searches for prefill batches.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Which part of the space <see cref="BatchingStep"/> searches.</summary>
public enum BatchingBound
{
    /// <summary>All of it: O(n²·m²), optimal.</summary>
    Exact,

    /// <summary>What the paper's monotonicity leaves (SOSP 2024, §5.3): last batches no larger, last groups no wider than a neighbour's.</summary>
    Paper,

    /// <summary>What the released code leaves: it takes the paper's upper bound on the width for a lower one, and so loses the optimum.</summary>
    ReleasedCode,
}
