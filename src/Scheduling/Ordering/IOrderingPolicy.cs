// Owns the axis "who goes first".
namespace Tern.Scheduling.Ordering;

/// <summary>
/// A total order of sequences: who compares smaller goes first. It decides who is admitted next, whose tokens and blocks
/// are served first within a step, and who is preempted first (the last). The place of a sequence must not change while it waits or runs.
/// </summary>
public interface IOrderingPolicy
{
    /// <summary>Compares two sequences; 0 only if they are the same.</summary>
    int Compare(Sequence first, Sequence second);
}
