// Owns the names of the steps that one worker may run at the same time.
namespace Tern.Scheduling;

/// <summary>Which of a worker's steps is asked for. Each lane has its own batches in flight, which complete in order.</summary>
public enum Lane
{
    /// <summary>What <see cref="ServingSystem.Batching"/> fills: everything, or prefills where decodes have a lane of their own.</summary>
    Main,

    /// <summary>What <see cref="ServingSystem.DecodeBatching"/> fills, beside the main lane.</summary>
    Decode,
}
