// Owns the way from texts to a vocabulary: count words, learn merges.
using Tern.Tokenizers.Bpe;
using Tern.Tokenizers.PreTokenizers;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.Training;

/// <summary>
/// Trains byte-level BPE (R. Sennrich et al., ACL 2016, arXiv:1508.07909; over bytes as in A. Radford et al. 2019).
/// </summary>
public static class BpeTrainer
{
    /// <summary>
    /// Trains a vocabulary. The most frequent pair of neighbours becomes the next token; of equally frequent ones the pair
    /// with the lower left id, then with the lower right id. The result depends on the texts as a set with repetitions:
    /// neither on their order nor on the number of threads.
    /// </summary>
    /// <param name="texts">
    /// Documents, read once, several at a time; no token crosses from one to the next. Lone surrogates count as U+FFFD.
    /// What they hold of special tokens is left out.
    /// </param>
    /// <param name="options">What to train.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>
    /// A vocabulary of <see cref="BpeTrainingOptions.VocabularySize"/> tokens, or of fewer if the texts have no more pairs
    /// that are frequent enough.
    /// </returns>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public static TrainedVocabulary Train(
        IEnumerable<string> texts,
        BpeTrainingOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var special = AddedTokenMatcher.Create(options.SpecialTokens.Select(text => new AddedToken(0, text, true)));
        var preTokenizer = PreTokenizerCatalog.Find(options.PreTokenizer).Create();
        var words = WordCounter.Count(texts, special, preTokenizer, cancellation);
        var reserved = options.SpecialTokens.ToHashSet(StringComparer.Ordinal);
        var spellings = new List<string>(options.VocabularySize);
        for (int value = 0; value < ByteAlphabet.Size; value++)
            spellings.Add(ByteAlphabet.CharOf((byte)value).ToString());
        var merges = new MergeLearner(words).Learn(
            options.MergeCount,
            options.MinimumFrequency,
            (left, right) =>
            {
                // Two tokens cannot be spelled alike: a pair that spells a special token stays two tokens.
                string spelling = spellings[left] + spellings[right];
                if (reserved.Contains(spelling))
                    return false;
                spellings.Add(spelling);
                return true;
            },
            cancellation
        );
        return new TrainedVocabulary(options, spellings, merges);
    }
}
