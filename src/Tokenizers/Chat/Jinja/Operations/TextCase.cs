// Owns upper, lower and title case.
using System.Text;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class TextCase
{
    /// <summary>Python's <c>str.upper</c>; of the characters that grow only ß, the one in common use, is expanded.</summary>
    public static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    /// <summary>Python's <c>str.lower</c>, with the final form of sigma at the end of a word.</summary>
    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.Contains('Σ'))
            return lower;
        var letters = lower.ToCharArray();
        for (var i = 1; i < letters.Length; i++)
        {
            var endsWord = i + 1 == letters.Length || !char.IsLetter(letters[i + 1]);
            if (text[i] == 'Σ' && char.IsLetter(letters[i - 1]) && endsWord)
                letters[i] = 'ς';
        }
        return new string(letters);
    }

    public static string Capitalize(string text)
    {
        var head = text.Length == 0 ? 0 : Values.PythonText.WidthAt(text, 0);
        return (head == 1 && text[0] == 'ß' ? "Ss" : text[..head].ToUpperInvariant()) + Lower(text[head..]);
    }

    /// <summary>Python's <c>str.title</c>: every run of letters gets a capital.</summary>
    public static string Title(string text) =>
        Map(
            text,
            (character, isInWord) => isInWord ? char.ToLowerInvariant(character) : char.ToUpperInvariant(character)
        );

    public static string Swap(string text) =>
        Map(
            text,
            (character, _) =>
                char.IsUpper(character) ? char.ToLowerInvariant(character) : char.ToUpperInvariant(character)
        );

    private static string Map(string text, Func<char, bool, char> map)
    {
        var result = new StringBuilder(text.Length);
        var isInWord = false;
        foreach (var character in text)
        {
            result.Append(map(character, isInWord));
            isInWord = char.IsLetter(character);
        }
        return result.ToString();
    }
}
