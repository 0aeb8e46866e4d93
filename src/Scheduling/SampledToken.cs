// Owns what the driver reports for one sample of a batch.
namespace Tern.Scheduling;

/// <summary>The token sampled for one of <see cref="Batch.Samples"/>.</summary>
/// <param name="Token">Token id.</param>
/// <param name="Finished">Whether the answer ends with it (end token, stop string); length limits are the scheduler's.</param>
public readonly record struct SampledToken(int Token, bool Finished = false);
