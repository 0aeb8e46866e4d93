// Owns whether a text is a story: the same grammar that makes stories, read backwards.
namespace Tern.Training.Corpus;

/// <summary>
/// Checks stories. A text is one when every sentence is a sentence of one plot, in the plot's order and up to its moral; when
/// articles fit their nouns; and when names, kinds, things and pronouns stay what they were and agree with the hero.
/// </summary>
internal static class StoryGrammar
{
    private static readonly (bool IsOptional, StorySentence[] Sentences)[][] s_plots =
    [
        .. StoryPlots.All.Select(plot =>
            plot.Steps.Select(step =>
                    (step.IsOptional, (StorySentence[])[.. step.Wordings.Select(wording => new StorySentence(wording))])
                )
                .ToArray()
        ),
    ];

    /// <summary>The hero's kind and all other words of the cast; null when the text is no story.</summary>
    public static IReadOnlyDictionary<string, string>? Read(string text)
    {
        foreach (var plot in s_plots)
        {
            if (Read(plot, 0, text, 0, new Dictionary<string, string>(StringComparer.Ordinal)) is { } cast)
                return cast;
        }
        return null;
    }

    private static Dictionary<string, string>? Read(
        (bool IsOptional, StorySentence[] Sentences)[] plot,
        int step,
        string text,
        int at,
        Dictionary<string, string> cast
    )
    {
        if (step == plot.Length)
            return at == text.Length ? cast : null;
        foreach (var sentence in plot[step].Sentences)
        {
            var extended = new Dictionary<string, string>(cast, StringComparer.Ordinal);
            int end = sentence.Match(text, at, extended);
            if (end >= 0 && Agrees(extended) && Read(plot, step + 1, text, end, extended) is { } whole)
                return whole;
        }
        return plot[step].IsOptional ? Read(plot, step + 1, text, at, cast) : null;
    }

    private static bool Agrees(Dictionary<string, string> cast)
    {
        if (!cast.TryGetValue("N", out string? name))
            return true;
        bool isFemale = StoryWords.FemaleNames.Contains(name, StringComparer.Ordinal);
        return Is("he", isFemale ? "she" : "he")
            && Is("his", isFemale ? "her" : "his")
            && Is("him", isFemale ? "her" : "him")
            && cast.GetValueOrDefault("K") != name;

        bool Is(string slot, string expected) => !cast.TryGetValue(slot, out string? word) || word == expected;
    }
}
