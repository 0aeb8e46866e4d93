// Owns what the adaptation of KV quotas has to know of one LLM.
namespace Tern.Scheduling.Partitioning;

/// <summary>How one LLM used its quota lately.</summary>
/// <param name="Quota">Blocks it may hold.</param>
/// <param name="BlocksPerSequence">Blocks a sequence of mean length takes; at least 1.</param>
/// <param name="MeanBatch">Mean sequences of its last decode jobs; 0 if there was none.</param>
/// <param name="Requests">Requests it has: waiting and running.</param>
public readonly record struct QuotaUse(long Quota, long BlocksPerSequence, double MeanBatch, int Requests)
{
    /// <summary>Sequences of mean length that the quota has room for.</summary>
    public long Sequences => Quota / BlocksPerSequence;

    /// <summary>Share of the quota that the decode jobs used.</summary>
    public double Utilization => MeanBatch * BlocksPerSequence / Math.Max(Quota, 1);
}
