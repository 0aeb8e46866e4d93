// Owns what a named pre-tokenizer consists of.
using System.Collections.Concurrent;

namespace Tern.Tokenizers.PreTokenizers;

/// <summary>A named way of cutting text.</summary>
/// <param name="Patterns">Regular expressions applied one after the other.</param>
/// <param name="WholeWordsFirst">Whether a word that is a token is taken without merging.</param>
/// <param name="AddsBos">Whether BOS is added where the file does not say.</param>
/// <param name="AddsSeparator">Whether a separator is added after the text where the file does not say.</param>
internal sealed record PreTokenizerRecipe(
    string[] Patterns,
    bool WholeWordsFirst = false,
    bool AddsBos = false,
    bool AddsSeparator = false
)
{
    private static readonly ConcurrentDictionary<string, CodePointRegex> Compiled = new(StringComparer.Ordinal);

    /// <summary>Compiles the patterns, once per process.</summary>
    public PreTokenizer Create() =>
        new SequencePreTokenizer(
            [
                .. Patterns.Select(pattern => new SplitPreTokenizer(
                    Compiled.GetOrAdd(pattern, text => new CodePointRegex(text, Timeout.InfiniteTimeSpan)).FindAll,
                    SplitBehavior.Isolated
                )),
            ]
        );
}
