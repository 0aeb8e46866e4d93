// Owns the error of a step that failed with the requests in it.
namespace Tern.Engine;

/// <summary>A step failed; the requests that were part of it are over, the others go on.</summary>
/// <param name="step">Number of the step.</param>
/// <param name="cause">The error.</param>
public sealed class StepFailedException(long step, Exception cause)
    : Exception($"step {step} of the engine failed: {cause.Message}", cause);
