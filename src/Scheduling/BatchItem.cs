// Owns the description of one sequence's share of a batch.
namespace Tern.Scheduling;

/// <summary>
/// Tokens <paramref name="First"/> … <paramref name="First"/> + <paramref name="Count"/> - 1 of <paramref name="Sequence"/> are computed.
/// </summary>
/// <param name="Sequence">Whose tokens.</param>
/// <param name="First">Position of the first.</param>
/// <param name="Count">How many; at least 1.</param>
/// <param name="WantsLogits">Whether the logits of the last of them are wanted.</param>
public readonly record struct BatchItem(Sequence Sequence, int First, int Count, bool WantsLogits);
