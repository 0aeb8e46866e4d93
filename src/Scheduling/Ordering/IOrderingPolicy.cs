// Owns the axis "who goes first".
namespace Tern.Scheduling.Ordering;

/// <summary>
/// A total order of sequences: who compares smaller goes first. It decides who is admitted next, whose tokens and blocks
/// are served first within a step, and who is preempted first (the last). The place of a sequence changes only where the scheduler
/// asks for it: when it arrives, was served, or has starved.
/// </summary>
public interface IOrderingPolicy
{
    /// <summary>Compares two sequences; 0 only if they are the same.</summary>
    int Compare(Sequence first, Sequence second);

    /// <summary>The place of a sequence that arrives.</summary>
    OrderingPlace Arrive(Sequence sequence, SchedulingContext context) => sequence.Place;

    /// <summary>The place of a sequence after a step of <paramref name="stepMs"/> that it took part in.</summary>
    OrderingPlace Serve(Sequence sequence, double stepMs, SchedulingContext context) => sequence.Place;

    /// <summary>Ms without service after which <see cref="Starve"/> is asked; infinite if the policy never looks.</summary>
    double StarvationMs => double.PositiveInfinity;

    /// <summary>Steps from one look for those who starve to the next.</summary>
    int StarvationPeriod => 1;

    /// <summary>
    /// The place of a sequence that had no service for <see cref="StarvationMs"/>; asked once, and again only after it was served.
    /// </summary>
    OrderingPlace Starve(Sequence sequence, SchedulingContext context) => sequence.Place;
}
