// Owns BERT's cleaning of text (J. Devlin et al. 2018; google-research/bert tokenization.py): control characters go, white
// space becomes spaces, Chinese characters stand alone, accents and case go.
using System.Globalization;
using System.Text;

namespace Tern.Tokenizers.Normalizers;

/// <summary>BERT's normalizer.</summary>
internal sealed class BertNormalizer(bool cleans, bool isolatesChinese, bool stripsAccents, bool lowercases)
    : Normalizer
{
    public override string Normalize(string text)
    {
        if (stripsAccents)
            text = UnicodeNormalization.Normalize(text, NormalizationForm.FormD);
        var result = new StringBuilder(text.Length + 16);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            if (cleans && IsSpace(rune))
            {
                result.Append(' ');
                continue;
            }
            if (cleans && IsNothing(rune))
                continue;
            if (stripsAccents && Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark)
                continue;
            bool isolated = isolatesChinese && IsChinese(rune.Value);
            var kept = lowercases ? Rune.ToLowerInvariant(rune) : rune;
            if (isolated)
                result.Append(' ');
            result.Append(units[..kept.EncodeToUtf16(units)]);
            if (isolated)
                result.Append(' ');
        }
        return result.ToString();
    }

    private static bool IsSpace(Rune rune) => rune.Value is '\t' or '\n' or '\r' || Rune.IsWhiteSpace(rune);

    private static bool IsNothing(Rune rune) =>
        rune.Value is 0 or 0xFFFD
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned;

    // The CJK ideograph blocks of tokenization.py; 0x2B920 is the published tokenizers' own reading of 0x2B820.
    private static bool IsChinese(int point) =>
        point
            is (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x20000 and <= 0x2A6DF)
                or (>= 0x2A700 and <= 0x2B73F)
                or (>= 0x2B740 and <= 0x2B81F)
                or (>= 0x2B920 and <= 0x2CEAF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x2F800 and <= 0x2FA1F);
}
