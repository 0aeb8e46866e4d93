// Owns a sample as text.
namespace Tern.Training.Corpus;

/// <summary>The text of a sample, special tokens spelled out, and what of it is learned.</summary>
/// <param name="Text">The text, from <see cref="ChatFormat.Begin"/> to <see cref="ChatFormat.End"/>.</param>
/// <param name="Learned">The assistant's turns with the tokens that end them, or all of a plain text; in order, not overlapping.</param>
public sealed record RenderedSample(string Text, IReadOnlyList<LossSpan> Learned);
