// Owns the names of the places a sequence can be.
namespace Tern.Scheduling;

/// <summary>Where a sequence is in its life.</summary>
public enum SequenceState
{
    /// <summary>A further answer (index ≥ 1) whose prompt the first answer is still computing.</summary>
    Unborn,

    /// <summary>In the waiting queue, holding no blocks: not yet admitted, or preempted.</summary>
    Waiting,

    /// <summary>Admitted: it holds blocks.</summary>
    Running,

    /// <summary>Preempted with its keys and values in host memory.</summary>
    Swapped,

    /// <summary>Its prompt is computed and another worker is to pull it; it holds its blocks until then.</summary>
    Parked,

    /// <summary>On its way from another worker: its blocks are reserved, their bytes not yet here.</summary>
    Arriving,

    /// <summary>Over; its blocks are freed as soon as no batch in flight uses them.</summary>
    Finished,
}
