// Owns one document of a data file.
using Tern.Training.Corpus;

namespace Tern.Training.Data;

/// <summary>A text to learn from and where it stood.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">Its first line, from 1.</param>
/// <param name="Rendered">The text with special tokens spelled out, and what of it is learned.</param>
/// <param name="CanBeCut">Whether a long one may be learned in pieces: plain text may, a conversation not.</param>
public sealed record DataDocument(string Path, int Line, RenderedSample Rendered, bool CanBeCut);
