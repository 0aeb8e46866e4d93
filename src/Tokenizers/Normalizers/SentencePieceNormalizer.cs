// Owns SentencePiece's whole normalization (normalizer.cc): rules of the model, white space merged and marked.
using System.Text;

namespace Tern.Tokenizers.Normalizers;

/// <summary>What a unigram model of SentencePiece does to text before it looks for tokens.</summary>
internal sealed class SentencePieceNormalizer(PrecompiledCharsmap? rules, bool addsPrefix, bool mergesSpaces)
    : Normalizer
{
    public override string Normalize(string text)
    {
        string replaced = rules is null ? text : rules.Apply(text);
        var result = new StringBuilder(replaced.Length + 1);
        bool inWord = false;
        bool isPrefixed = false;
        foreach (char c in replaced)
        {
            if (c == ' ')
            {
                inWord = false;
                if (!mergesSpaces)
                    result.Append(SpaceMarkNormalizer.Mark);
                continue;
            }
            if (!inWord && (mergesSpaces || (addsPrefix && !isPrefixed)))
            {
                // Merging puts one mark before every word; the first only if a prefix is wanted.
                if (addsPrefix || result.Length > 0)
                    result.Append(SpaceMarkNormalizer.Mark);
                isPrefixed = true;
            }
            inWord = true;
            result.Append(c);
        }
        return result.ToString();
    }
}
