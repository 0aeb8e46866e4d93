// Owns the moments of a request that its usage is computed from.
namespace Tern.Engine.Output;

/// <summary>What the scheduler's timeline says when a token is accepted; milliseconds of the engine's clock.</summary>
internal readonly record struct StepTimes(double NowMs, double ArrivalMs, double FirstScheduledMs, int CachedTokens);
