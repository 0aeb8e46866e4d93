// Owns the names of what can become of a delimiter.
namespace Tern.Tokenizers.PreTokenizers;

/// <summary>What becomes of the stretches that match (names as in tokenizer.json).</summary>
internal enum SplitBehavior
{
    /// <summary>They go.</summary>
    Removed,

    /// <summary>Each is a word.</summary>
    Isolated,

    /// <summary>Each ends the word before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the word after it.</summary>
    MergedWithNext,

    /// <summary>Neighbouring ones are one word.</summary>
    Contiguous,
}
