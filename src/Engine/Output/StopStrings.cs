// Owns the stop strings of a request, prepared for matching one character at a time.
namespace Tern.Engine.Output;

/// <summary>Stop strings with their failure tables (Knuth, Morris and Pratt 1977), shared by a request's answers.</summary>
internal sealed class StopStrings
{
    private readonly int[][] _fallback;

    public StopStrings(IReadOnlyList<string> texts)
    {
        Texts = texts;
        _fallback = [.. texts.Select(Fallback)];
    }

    /// <summary>The strings.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>How much of string <paramref name="index"/> the text ends with, after one more character.</summary>
    /// <param name="index">Which string.</param>
    /// <param name="matched">How much it ended with before; less than the whole string.</param>
    /// <param name="next">The character.</param>
    public int Advance(int index, int matched, char next)
    {
        string text = Texts[index];
        while (matched > 0 && text[matched] != next)
            matched = _fallback[index][matched - 1];
        return text[matched] == next ? matched + 1 : 0;
    }

    private static int[] Fallback(string text)
    {
        var table = new int[text.Length];
        for (int i = 1, length = 0; i < text.Length; i++)
        {
            while (length > 0 && text[i] != text[length])
                length = table[length - 1];
            if (text[i] == text[length])
                length++;
            table[i] = length;
        }
        return table;
    }
}
