// Owns the question "how long does a step take on one stage of a pipeline".
namespace Tern.Scheduling.Latency;

/// <summary>A latency model of a pipeline. <see cref="ILatencyModel.StepMs"/> is the way through all stages without waiting.</summary>
public interface IStagedLatencyModel : ILatencyModel
{
    /// <summary>Number of stages; at least 1.</summary>
    int Stages { get; }

    /// <summary>Duration in ms of a step of this shape on one stage, what it costs to hand on included.</summary>
    double StageMs(in StepShape step, int stage);
}
