// Owns counting the distinct words of a stream of texts on all cores. Only the words are kept, never the texts.
using System.Runtime.InteropServices;
using Tern.Tokenizers.PreTokenizers;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.Training;

/// <summary>Counts the words that a pre-tokenizer makes of texts; for one thread, to be merged with others.</summary>
/// <param name="special">Finds special tokens, which are no words and end those around them; null if there are none.</param>
/// <param name="preTokenizer">Cuts the text between them.</param>
internal sealed class WordCounter(AddedTokenMatcher? special, PreTokenizer preTokenizer)
{
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly List<ReadOnlyMemory<char>> words = [];

    /// <summary>How often each word occurs. The sums do not depend on the order of the texts or on the threads.</summary>
    public static IReadOnlyDictionary<string, long> Count(
        IEnumerable<string> texts,
        AddedTokenMatcher? special,
        PreTokenizer preTokenizer,
        CancellationToken cancellation
    )
    {
        var total = new WordCounter(special, preTokenizer);
        Parallel.ForEach(
            texts,
            new ParallelOptions { CancellationToken = cancellation },
            () => new WordCounter(special, preTokenizer),
            static (text, _, counter) =>
            {
                counter.Add(text);
                return counter;
            },
            counter =>
            {
                lock (total)
                    total.Add(counter);
            }
        );
        return total.counts;
    }

    private void Add(string text)
    {
        if (special is null)
        {
            Add(text.AsMemory());
            return;
        }
        foreach (var piece in special.Split(text))
        {
            if (piece.Token is null)
                Add(text.AsMemory(piece.Start..piece.End));
        }
    }

    private void Add(ReadOnlyMemory<char> text)
    {
        words.Clear();
        preTokenizer.Split(text, isFirst: true, words);
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var word in words)
            CollectionsMarshal.GetValueRefOrAddDefault(bySpan, word.Span, out _)++;
    }

    private void Add(WordCounter other)
    {
        foreach (var (word, count) in other.counts)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _) += count;
    }
}
