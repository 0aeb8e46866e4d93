// Owns the translation of the regular expressions in tokenizer.json, written for Oniguruma, to .NET's: possessive quantifiers,
// intersections of classes and the Han script exist there under other spellings. What has no translation is refused.
using System.Text;
using System.Text.RegularExpressions;
using Tern.Tokenizers.PreTokenizers;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Compiles a pattern of a file.</summary>
internal static class OnigurumaPattern
{
    // The pattern is not ours: matching that explodes is stopped.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Compiles the pattern.</summary>
    /// <exception cref="TokenizerFormatException">It is malformed or uses what .NET lacks.</exception>
    public static CodePointRegex Compile(JsonField pattern)
    {
        try
        {
            return new CodePointRegex(Translate(pattern.Text), Timeout);
        }
        catch (Exception exception) when (exception is RegexParseException or NotSupportedException)
        {
            throw new TokenizerFormatException(
                pattern.Path,
                $"'{pattern.Text}' is no usable regular expression: {exception.Message}",
                exception
            );
        }
    }

    /// <summary>Spells the pattern for .NET.</summary>
    /// <exception cref="NotSupportedException">There is no such spelling.</exception>
    public static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        var groupStarts = new Stack<int>();
        int atom = 0;
        for (int i = 0; i < pattern.Length; )
        {
            switch (pattern[i])
            {
                case '(':
                    groupStarts.Push(result.Length);
                    result.Append('(');
                    i++;
                    break;
                case ')':
                    atom = groupStarts.TryPop(out int start) ? start : 0;
                    result.Append(')');
                    i++;
                    break;
                case '[':
                    atom = result.Length;
                    i = TranslateClass(pattern, i, result);
                    break;
                case '\\':
                    atom = result.Length;
                    i = TranslateEscape(pattern, i, result, inClass: false);
                    break;
                case '?' or '*' or '+':
                    result.Append(pattern[i++]);
                    if (i < pattern.Length && pattern[i] == '+')
                    {
                        result.Insert(atom, "(?>").Append(')');
                        i++;
                    }
                    break;
                default:
                    if (pattern[i] != '{' && !char.IsLowSurrogate(pattern[i]) && !IsInsideQuantifier(pattern, i))
                        atom = result.Length;
                    result.Append(pattern[i++]);
                    break;
            }
        }
        return result.ToString();
    }

    private static bool IsInsideQuantifier(string pattern, int index)
    {
        int open = pattern.LastIndexOf('{', index);
        return open > 0 && pattern.IndexOf('}', open) >= index && !pattern.AsSpan(open, index - open).ContainsAny('}', '\\');
    }

    private static int TranslateClass(string pattern, int i, StringBuilder result)
    {
        result.Append('[');
        i++;
        if (i < pattern.Length && pattern[i] == '^')
        {
            result.Append('^');
            i++;
        }
        bool isFirst = true;
        while (i < pattern.Length)
        {
            char c = pattern[i];
            if (c == ']' && !isFirst)
            {
                result.Append(']');
                return i + 1;
            }
            isFirst = false;
            if (pattern.AsSpan(i).StartsWith("&&[^"))
            {
                // A and not B is A minus B.
                result.Append('-');
                var excluded = new StringBuilder();
                i = TranslateClass(pattern, i + 2, excluded);
                result.Append('[').Append(excluded, 2, excluded.Length - 2);
            }
            else if (c == '\\')
            {
                i = TranslateEscape(pattern, i, result, inClass: true);
            }
            else if (c == '[' || pattern.AsSpan(i).StartsWith("&&"))
            {
                throw new NotSupportedException($"the nested class at {i} has no translation");
            }
            else
            {
                result.Append(c);
                i++;
            }
        }
        throw new NotSupportedException("a class is not closed");
    }

    private static int TranslateEscape(string pattern, int i, StringBuilder result, bool inClass)
    {
        const string HanName = "\\p{Han}";
        if (pattern.AsSpan(i).StartsWith(HanName))
        {
            result.Append(inClass ? PreTokenizerCatalog.Han : $"[{PreTokenizerCatalog.Han}]");
            return i + HanName.Length;
        }
        if (i + 1 < pattern.Length && pattern[i + 1] is 'h' or 'H' or 'R' or 'X' or 'K' or 'G')
            throw new NotSupportedException($"the escape \\{pattern[i + 1]} has no translation");
        int length = 2;
        if (i + 2 < pattern.Length && pattern[i + 1] is 'p' or 'P' && pattern[i + 2] == '{')
            length = Math.Max(2, pattern.IndexOf('}', i) - i + 1);
        length = Math.Min(length, pattern.Length - i);
        result.Append(pattern, i, length);
        return i + length;
    }
}
