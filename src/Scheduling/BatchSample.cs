// Owns the description of one token to sample after a step.
namespace Tern.Scheduling;

/// <summary>
/// A token to sample for <paramref name="Sequence"/> from the last row of item <paramref name="Item"/>. When a prompt with several
/// answers is finished, its last row serves one sample for each answer.
/// </summary>
/// <param name="Item">Index in <see cref="Batch.Items"/>.</param>
/// <param name="Sequence">The answer that gets the token.</param>
public readonly record struct BatchSample(int Item, Sequence Sequence);
