// Owns the description of a token that is found in text before any algorithm runs.
namespace Tern.Tokenizers.Vocabularies;

/// <summary>A token matched whole in the text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">What is matched.</param>
/// <param name="IsControl">Whether it is matched only when special tokens are parsed.</param>
internal sealed record AddedToken(int Id, string Text, bool IsControl)
{
    /// <summary>Whether white space before a match belongs to it.</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether white space after a match belongs to it.</summary>
    public bool StripsRight { get; init; }

    /// <summary>Whether a match must not touch letters, digits or underscores.</summary>
    public bool IsSingleWord { get; init; }
}
