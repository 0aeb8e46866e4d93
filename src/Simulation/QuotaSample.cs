// Owns one point of the curve of a KV quota over time.
namespace Tern.Simulation;

/// <summary>What an LLM of a unit may hold and holds at a moment.</summary>
/// <param name="Ms">When.</param>
/// <param name="Unit">Name of the unit.</param>
/// <param name="Llm">Name of the LLM.</param>
/// <param name="Quota">Head-wise blocks it may hold.</param>
/// <param name="Held">Head-wise blocks it holds.</param>
public readonly record struct QuotaSample(double Ms, string Unit, string Llm, long Quota, long Held);
