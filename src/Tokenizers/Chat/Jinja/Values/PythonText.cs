// Owns the differences between Python's strings and .NET's: code points instead of UTF-16 units, Python's idea of
// white space and of printable characters.
using System.Globalization;
using System.Text;

namespace Tern.Tokenizers.Chat.Jinja.Values;

internal static class PythonText
{
    /// <summary>Python's <c>str.isspace</c> for one character: .NET's white space and the four separators U+001C to U+001F.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    public static bool IsBlank(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!IsSpace(character))
                return false;
        }
        return true;
    }

    /// <summary>The length without white space at the end.</summary>
    public static int TrimmedEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
            end--;
        return end;
    }

    /// <summary>The number of white space characters at the start.</summary>
    public static int LeadingSpace(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
            start++;
        return start;
    }

    /// <summary>UTF-16 units of the code point at a position (a lone surrogate counts as one code point).</summary>
    public static int WidthAt(string text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    /// <summary>The number of code points.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
            return count;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
                count--;
        }
        return count;
    }

    /// <summary>The UTF-16 position of a code point index from 0 to the length.</summary>
    public static int Position(string text, int index)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return index;
        var at = 0;
        for (; index > 0; index--)
            at += WidthAt(text, at);
        return at;
    }

    /// <summary>The character at a Python index (negative from the end), or null outside.</summary>
    public static string? At(string text, long index)
    {
        var length = Length(text);
        index = index < 0 ? index + length : index;
        if (index < 0 || index >= length)
            return null;
        var at = Position(text, (int)index);
        return text.Substring(at, WidthAt(text, at));
    }

    public static string Slice(string text, SliceValue slice, Rendering rendering)
    {
        rendering.Charge(1 + text.Length / 4);
        var (start, count, step) = slice.Resolve(Length(text), rendering);
        if (count == 0)
            return "";
        if (step == 1)
        {
            var first = Position(text, start);
            return text[first..Position(text, start + count)];
        }
        var starts = new List<int>(text.Length);
        for (var at = 0; at < text.Length; at += WidthAt(text, at))
            starts.Add(at);
        var chosen = new StringBuilder(count);
        for (var i = 0; i < count; i++)
        {
            var at = starts[start + i * step];
            chosen.Append(text, at, WidthAt(text, at));
        }
        return chosen.ToString();
    }

    /// <summary>Python's order of strings: by code point.</summary>
    public static int Compare(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        var (a, b) = (left[same], right[same]);
        // Surrogates stand for code points above all others.
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b)
            : char.IsSurrogate(a) ? 1
            : -1;
    }

    /// <summary>Python's <c>repr</c> of a string.</summary>
    public static void WriteRepr(string text, TextBuilder target)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        target.Append(quote);
        for (var at = 0; at < text.Length; )
        {
            var width = WidthAt(text, at);
            var character = text[at];
            if (character == quote || character == '\\')
                target.Append($"\\{character}");
            else if (character is '\n' or '\r' or '\t')
                target.Append(
                    character == '\n' ? "\\n"
                    : character == '\r' ? "\\r"
                    : "\\t"
                );
            else if (character is >= ' ' and < '\x7f' || IsPrintable(text, at))
                target.Append(text.AsSpan(at, width));
            else if (width == 2)
                target.Append($"\\U{char.ConvertToUtf32(text, at):x8}");
            else
                target.Append(character < 0x100 ? $"\\x{(int)character:x2}" : $"\\u{(int)character:x4}");
            at += width;
        }
        target.Append(quote);
    }

    private static bool IsPrintable(string text, int at) =>
        CharUnicodeInfo.GetUnicodeCategory(text, at)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );
}
