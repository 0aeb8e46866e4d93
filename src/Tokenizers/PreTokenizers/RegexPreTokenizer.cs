// Owns cutting by a chain of regular expressions: each one cuts what the one before left, and both matches and the text
// between them become words.
namespace Tern.Tokenizers.PreTokenizers;

/// <summary>A chain of regular expressions that isolate their matches.</summary>
internal sealed class RegexPreTokenizer(IReadOnlyList<CodePointRegex> chain) : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, bool isFirst, List<ReadOnlyMemory<char>> words)
    {
        var pieces = new List<(int Start, int End)> { (0, text.Length) };
        var next = new List<(int Start, int End)>();
        var matches = new List<(int Start, int End)>();
        foreach (var regex in chain)
        {
            next.Clear();
            foreach (var (start, end) in pieces)
            {
                matches.Clear();
                regex.FindAll(text.Span[start..end], matches);
                int from = start;
                foreach (var match in matches)
                {
                    if (start + match.Start > from)
                        next.Add((from, start + match.Start));
                    next.Add((start + match.Start, from = start + match.End));
                }
                if (from < end)
                    next.Add((from, end));
            }
            (pieces, next) = (next, pieces);
        }
        foreach (var (start, end) in pieces)
        {
            if (end > start)
                words.Add(text[start..end]);
        }
    }
}
