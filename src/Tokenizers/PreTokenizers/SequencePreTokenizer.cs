// Owns running pre-tokenizers one after the other, each on the words of the one before.
namespace Tern.Tokenizers.PreTokenizers;

/// <summary>A chain.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> chain) : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, bool isFirst, List<ReadOnlyMemory<char>> words)
    {
        var pieces = new List<ReadOnlyMemory<char>> { text };
        foreach (var preTokenizer in chain)
        {
            var next = new List<ReadOnlyMemory<char>>(pieces.Count);
            for (int i = 0; i < pieces.Count; i++)
                preTokenizer.Split(pieces[i], isFirst && i == 0, next);
            pieces = next;
        }
        words.AddRange(pieces);
    }
}
