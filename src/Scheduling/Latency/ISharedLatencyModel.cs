// Owns the question "how long does a step take on a part of the device".
namespace Tern.Scheduling.Latency;

/// <summary>A latency model that knows what a share of the compute units does to a step. Whole device: <see cref="ILatencyModel.StepMs"/>.</summary>
public interface ISharedLatencyModel : ILatencyModel
{
    /// <summary>Duration in ms of a step of this shape on a share of the device; positive and finite, never shorter with less.</summary>
    double StepMs(in StepShape step, DeviceShare share);
}
