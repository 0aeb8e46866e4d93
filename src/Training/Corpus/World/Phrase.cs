// Owns filling the slots of a wording.
using System.Text;

namespace Tern.Training.Corpus;

/// <summary>Wordings with slots in braces. <c>{aV}</c> is the value with its article; sentences begin with a capital.</summary>
internal static class Phrase
{
    /// <summary>Puts values into the slots of a wording.</summary>
    /// <exception cref="ArgumentException">A slot has no value.</exception>
    public static string Fill(string wording, params ReadOnlySpan<(string Slot, string Value)> values)
    {
        var text = new StringBuilder();
        int at = 0;
        while (wording.IndexOf('{', at) is >= 0 and var open)
        {
            int close = wording.IndexOf('}', open);
            text.Append(wording, at, open - at);
            text.Append(Value(wording[(open + 1)..close], values));
            at = close + 1;
        }
        text.Append(wording, at, wording.Length - at);
        return Capital(text.ToString());
    }

    /// <summary>"a parrot", "an owl".</summary>
    public static string WithArticle(string noun) =>
        "aeiou".Contains(noun[0], StringComparison.Ordinal) ? $"an {noun}" : $"a {noun}";

    /// <summary>The text with its first letter as a capital.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string Enumerate(IReadOnlyList<string> items) =>
        items.Count < 2 ? string.Concat(items) : $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}";

    private static string Value(string slot, ReadOnlySpan<(string Slot, string Value)> values)
    {
        foreach (var (name, value) in values)
        {
            if (name == slot)
                return value;
            if (slot.Length == name.Length + 1 && slot[0] == 'a' && slot.EndsWith(name, StringComparison.Ordinal))
                return WithArticle(value);
        }
        throw new ArgumentException($"the wording has a slot {{{slot}}} that nothing fills");
    }
}
