// Owns the axis "how long does a step take": an estimate for policies, the truth in simulation.
namespace Tern.Scheduling.Latency;

/// <summary>Tells how long a step takes on one worker. A pure function.</summary>
public interface ILatencyModel
{
    /// <summary>Duration in ms of a step of this shape; positive and finite.</summary>
    double StepMs(in StepShape step);
}
