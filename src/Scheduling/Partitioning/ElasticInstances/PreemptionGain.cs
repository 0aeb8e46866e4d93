// Owns the names of the estimates of what a new request gains when decodes are preempted for it.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>How long a request would wait if it did not preempt running decodes.</summary>
public enum PreemptionGain
{
    /// <summary>Most iterations any running sequence is expected to need, times <see cref="ElasticOptions.AverageDecodingMs"/>.</summary>
    ReleasedCode,

    /// <summary>
    /// Average decode phase of a finished request minus the shortest time a running one has decoded (SOSP 2024, Eq. 2).
    /// </summary>
    Paper,
}
