// Owns recognizing one sentence of the stories.
using System.Text;
using System.Text.RegularExpressions;

namespace Tern.Training.Corpus;

/// <summary>A wording as a pattern: literal text, and for each slot the words that may stand there, with the right article.</summary>
internal sealed class StorySentence
{
    private readonly Regex _pattern;
    private readonly List<(string Slot, Dictionary<string, string> Values)> _slots = [];

    public StorySentence(string wording)
    {
        var pattern = new StringBuilder(@"\G");
        int at = 0;
        while (wording.IndexOf('{', at) is >= 0 and var open)
        {
            int close = wording.IndexOf('}', open);
            pattern.Append(Regex.Escape(wording[at..open]));
            var values = Values(wording[(open + 1)..close], isFirst: open == 0);
            pattern.Append('(').AppendJoin('|', values.Values.Keys.Select(Regex.Escape)).Append(')');
            _slots.Add(values);
            at = close + 1;
        }
        pattern.Append(Regex.Escape(wording[at..])).Append("(?: |$)");
        _pattern = new Regex(pattern.ToString(), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>Matches at a place of a text; the end of the sentence, or -1.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="cast">What the slots stood for so far; the sentence's are added.</param>
    public int Match(string text, int at, Dictionary<string, string> cast)
    {
        var match = _pattern.Match(text, at);
        if (!match.Success)
            return -1;
        for (int i = 0; i < _slots.Count; i++)
        {
            var (slot, values) = _slots[i];
            string value = values[match.Groups[i + 1].Value];
            if (cast.TryGetValue(slot, out string? before) && before != value)
                return -1;
            cast[slot] = value;
        }
        return at + match.Length;
    }

    // What may be written for a slot, and the word that it means.
    private static (string Slot, Dictionary<string, string> Values) Values(string slot, bool isFirst)
    {
        bool hasArticle =
            !StoryWords.Slots.ContainsKey(slot) && slot[0] == 'a' && StoryWords.Slots.ContainsKey(slot[1..]);
        string name = hasArticle ? slot[1..] : slot;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in Words(name))
        {
            string written = hasArticle ? Phrase.WithArticle(word) : word;
            values[isFirst ? Phrase.Capital(written) : written] = word;
        }
        return (name, values);
    }

    private static IEnumerable<string> Words(string slot) =>
        slot switch
        {
            "N" or "K" => StoryWords.FemaleNames.Concat(StoryWords.MaleNames),
            "he" => ["he", "she"],
            "his" => ["his", "her"],
            "him" => ["him", "her"],
            _ => StoryWords.Slots[slot],
        };
}
