// Owns running the regular expressions of vocabularies, which are written for code points, on .NET's regular expressions,
// which see UTF-16 units: a character beyond U+FFFF would be two surrogates and belong to no category.
//
// Such characters are replaced, before matching, by one character of the basic plane with the same general category; so
// \p{L} and its like work. A pattern may name characters beyond U+FFFF in classes (deepseek-llm, kimi-k2): for each category
// there are two stand-ins, one for the characters so named and one for all others, and the pattern names the former.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tern.Tokenizers.PreTokenizers;

/// <summary>A regular expression over code points. Thread-safe.</summary>
internal sealed class CodePointRegex
{
    // Two characters per category that no known pattern names by themselves. Not listed: categories that do not occur
    // beyond U+FFFF as of Unicode 16.
    private static readonly Dictionary<UnicodeCategory, (char Named, char Other)> StandIns = new()
    {
        [UnicodeCategory.UppercaseLetter] = ('\uA790', '\uA792'),
        [UnicodeCategory.LowercaseLetter] = ('\uA791', '\uA793'),
        [UnicodeCategory.ModifierLetter] = ('\uA717', '\uA718'),
        [UnicodeCategory.OtherLetter] = ('\uA4D0', '\uA4D1'),
        [UnicodeCategory.NonSpacingMark] = ('\u0300', '\u0301'),
        [UnicodeCategory.SpacingCombiningMark] = ('\uA823', '\uA824'),
        [UnicodeCategory.DecimalDigitNumber] = ('\u0660', '\u0661'),
        [UnicodeCategory.LetterNumber] = ('\uA6E6', '\uA6E7'),
        [UnicodeCategory.OtherNumber] = ('\uA830', '\uA831'),
        [UnicodeCategory.DashPunctuation] = ('\uFE58', '\uFE63'),
        [UnicodeCategory.OtherPunctuation] = ('\uA874', '\uA875'),
        [UnicodeCategory.MathSymbol] = ('\uFE62', '\uFE64'),
        [UnicodeCategory.CurrencySymbol] = ('\uA838', '\uFE69'),
        [UnicodeCategory.ModifierSymbol] = ('\uA700', '\uA701'),
        [UnicodeCategory.OtherSymbol] = ('\uA828', '\uA829'),
        [UnicodeCategory.Format] = ('\uFFF9', '\uFFFA'),
        [UnicodeCategory.PrivateUse] = ('\uE000', '\uE001'),
        [UnicodeCategory.OtherNotAssigned] = ('\uFDD0', '\uFDD1'),
    };

    private readonly Regex regex;
    private readonly List<(int First, int Last)> named = [];

    /// <summary>Compiles a pattern; characters beyond U+FFFF may stand in it within one or more classes.</summary>
    /// <exception cref="ArgumentException">The pattern is malformed.</exception>
    public CodePointRegex(string pattern, TimeSpan timeout) =>
        regex = new Regex(ReplaceNamed(pattern), RegexOptions.Compiled | RegexOptions.CultureInvariant, timeout);

    /// <summary>Appends start and end (UTF-16 units) of every match that is not empty.</summary>
    /// <exception cref="TokenizerFormatException">Matching took longer than the pattern's time limit.</exception>
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        try
        {
            Find(text, matches);
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new TokenizerFormatException(
                "pattern",
                $"'{regex}' needs more than {regex.MatchTimeout.TotalSeconds:0} s for {text.Length} characters",
                exception
            );
        }
    }

    private void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            foreach (var match in regex.EnumerateMatches(text))
                Append(match.Index, match.Index + match.Length);
            return;
        }
        var units = new char[text.Length];
        var offsets = new int[text.Length + 1];
        int count = 0;
        for (int i = 0; i < text.Length; )
        {
            offsets[count] = i;
            Rune.DecodeFromUtf16(text[i..], out var rune, out int length);
            units[count++] = rune.IsBmp ? (length == 1 ? text[i] : (char)rune.Value) : StandIn(rune);
            i += length;
        }
        offsets[count] = text.Length;
        foreach (var match in regex.EnumerateMatches(units.AsSpan(0, count)))
            Append(offsets[match.Index], offsets[match.Index + match.Length]);

        void Append(int start, int end)
        {
            if (end > start)
                matches.Add((start, end));
        }
    }

    private char StandIn(Rune rune)
    {
        if (!StandIns.TryGetValue(Rune.GetUnicodeCategory(rune), out var pair))
            pair = StandIns[UnicodeCategory.OtherNotAssigned];
        foreach (var (first, last) in named)
        {
            if (rune.Value >= first && rune.Value <= last)
                return pair.Named;
        }
        return pair.Other;
    }

    /// <summary>Replaces each character beyond U+FFFF, or range of them, by the stand-ins for named characters.</summary>
    private string ReplaceNamed(string pattern)
    {
        if (!pattern.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return pattern;
        var result = new StringBuilder(pattern.Length);
        var runes = pattern.EnumerateRunes().ToArray();
        for (int i = 0; i < runes.Length; i++)
        {
            if (runes[i].IsBmp)
            {
                result.Append((char)runes[i].Value);
                continue;
            }
            bool isRange = i + 2 < runes.Length && runes[i + 1].Value == '-' && !runes[i + 2].IsBmp;
            named.Add((runes[i].Value, runes[isRange ? i + 2 : i].Value));
            if (isRange)
                i += 2;
            foreach (var pair in StandIns.Values)
                result.Append(pair.Named);
        }
        return result.ToString();
    }
}
