// Owns what a user decides about a vocabulary before it is trained, and what of that cannot be.
using Tern.Tokenizers.Bpe;

namespace Tern.Tokenizers.Training;

/// <summary>How a byte-level BPE vocabulary is trained, and the roles of its special tokens.</summary>
public sealed record BpeTrainingOptions
{
    /// <summary>Tokens of the finished vocabulary: the 256 bytes, one per merge, and the special tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>
    /// How text is cut into words that no token crosses, one of <see cref="PreTokenizers"/>. The default cuts numbers
    /// into single digits and leaves the space before a word with it.
    /// </summary>
    public string PreTokenizer { get; init; } = "qwen2";

    /// <summary>A pair that occurs less often than this does not become a token.</summary>
    public long MinimumFrequency { get; init; } = 2;

    /// <summary>Tokens that stand for structure. They have the last ids, in this order, and no text makes them.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    /// <summary>The special token that begins a text, or null.</summary>
    public string? BosToken { get; init; }

    /// <summary>The special token that ends a text, or null.</summary>
    public string? EosToken { get; init; }

    /// <summary>The special token that fills up batches, or null.</summary>
    public string? PadToken { get; init; }

    /// <summary>Whether encoding puts <see cref="BosToken"/> before a text.</summary>
    public bool AddBos { get; init; }

    /// <summary>The chat template (Jinja) written beside the vocabulary, or null.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>The names that <see cref="PreTokenizer"/> may have: those GGUF gives to published ones.</summary>
    public static IReadOnlyList<string> PreTokenizers { get; } = [.. TrainablePreTokenizer.Known.Keys];

    /// <summary>Merges that the vocabulary has room for.</summary>
    internal int MergeCount => VocabularySize - ByteAlphabet.Size - SpecialTokens.Count;

    /// <summary>Refuses what contradicts itself.</summary>
    /// <exception cref="ArgumentException">The message names the property and what would be right.</exception>
    internal void Check()
    {
        if (MergeCount < 0)
            throw new ArgumentException(
                $"{nameof(VocabularySize)} is {VocabularySize}; {ByteAlphabet.Size} bytes and {SpecialTokens.Count} "
                    + $"special tokens need at least {ByteAlphabet.Size + SpecialTokens.Count}"
            );
        if (!TrainablePreTokenizer.Known.ContainsKey(PreTokenizer))
            throw new ArgumentException(
                $"{nameof(PreTokenizer)} is '{PreTokenizer}'; known are {string.Join(", ", PreTokenizers)}"
            );
        if (MinimumFrequency < 1)
            throw new ArgumentException($"{nameof(MinimumFrequency)} is {MinimumFrequency}; it must be at least 1");
        CheckSpecialTokens();
        CheckRole(nameof(BosToken), BosToken);
        CheckRole(nameof(EosToken), EosToken);
        CheckRole(nameof(PadToken), PadToken);
        if (AddBos && BosToken is null)
            throw new ArgumentException($"{nameof(AddBos)} is true, but {nameof(BosToken)} names no token");
    }

    private void CheckSpecialTokens()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string token in SpecialTokens)
        {
            if (token.Length == 0 || !seen.Add(token))
                throw new ArgumentException($"{nameof(SpecialTokens)}: '{token}' is empty or stands there twice");
            if (token.Length == 1 && ByteAlphabet.Covers(token))
                throw new ArgumentException(
                    $"{nameof(SpecialTokens)}: '{token}' is how the vocabulary spells a byte; take a longer text"
                );
        }
    }

    private void CheckRole(string property, string? token)
    {
        if (token is not null && !SpecialTokens.Contains(token))
            throw new ArgumentException($"{property} is '{token}', which is not among {nameof(SpecialTokens)}");
    }
}
