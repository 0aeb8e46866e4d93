// Owns how long one request is.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>Tokens of a request's prompt and answer, both at least 1.</summary>
public readonly record struct RequestLengths(int PromptTokens, int OutputTokens);
