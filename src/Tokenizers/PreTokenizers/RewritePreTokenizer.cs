// Owns pre-tokenizers that change the text before it is cut further.
namespace Tern.Tokenizers.PreTokenizers;

/// <summary>Rewrites text by a pure function that is told whether the text begins the input.</summary>
internal sealed class RewritePreTokenizer(Func<string, bool, string> rewrite) : PreTokenizer
{
    public override void Split(ReadOnlyMemory<char> text, bool isFirst, List<ReadOnlyMemory<char>> words) =>
        words.Add(rewrite(text.ToString(), isFirst).AsMemory());
}
