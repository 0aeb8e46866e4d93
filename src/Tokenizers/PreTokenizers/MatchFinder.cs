// Owns the shape of anything that finds delimiters in text.
namespace Tern.Tokenizers.PreTokenizers;

/// <summary>Appends start and end of every match, in order and not empty.</summary>
internal delegate void MatchFinder(ReadOnlySpan<char> text, List<(int Start, int End)> matches);
