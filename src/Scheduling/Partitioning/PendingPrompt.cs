// Owns what the resource rule knows of a prompt that has no token yet.
namespace Tern.Scheduling.Partitioning;

/// <summary>A prompt in the queue or being prefilled.</summary>
/// <param name="ArrivalMs">When it arrived.</param>
/// <param name="Tokens">Tokens of the prompt; its TTFT limit grows with them.</param>
public readonly record struct PendingPrompt(double ArrivalMs, int Tokens);
