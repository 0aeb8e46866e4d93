// Owns SentencePiece's spelling of spaces: U+2581, and one before the text.
namespace Tern.Tokenizers.Normalizers;

/// <summary>Replaces spaces by U+2581, after putting one before the text if so asked.</summary>
internal sealed class SpaceMarkNormalizer(bool addsPrefix) : Normalizer
{
    public const char Mark = '\u2581';

    public override string Normalize(string text) => (addsPrefix ? " " + text : text).Replace(' ', Mark);
}
