// Owns which part of a rendered sample is learned.
namespace Tern.Training.Corpus;

/// <summary>Characters of a rendered sample that the model learns to write.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">One past the last character.</param>
public readonly record struct LossSpan(int Start, int End);
