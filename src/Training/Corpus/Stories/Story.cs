// Owns a story as it is made: one cast, one plot, and the sentences.
namespace Tern.Training.Corpus;

/// <summary>A story. Its cast stays the same from the first sentence to the last.</summary>
internal sealed class Story
{
    private readonly (string Slot, string Value)[] _cast;

    private Story(StoryPlot plot, (string Slot, string Value)[] cast, IReadOnlyList<string> sentences)
    {
        Plot = plot;
        _cast = cast;
        Sentences = sentences;
    }

    public StoryPlot Plot { get; }

    public IReadOnlyList<string> Sentences { get; }

    public string Text => string.Join(' ', Sentences);

    /// <summary>The word of a slot: <c>N</c> is the hero's name, <c>kind</c> the hero's kind.</summary>
    public string this[string slot] => _cast.First(member => member.Slot == slot).Value;

    /// <summary>A story that is, or is not, held out; the split is by plot, hero, kind and friend.</summary>
    public static Story Draw(CorpusRandom random, bool heldOut)
    {
        while (true)
        {
            var plot = random.Pick(StoryPlots.All);
            var cast = Cast(random);
            var story = new Story(plot, cast, []);
            if (HeldOut.Task($"{plot.Key} {story["N"]} {story["kind"]} {story["K"]}") == heldOut)
                return new Story(plot, cast, Tell(random, plot, cast));
        }
    }

    private static (string Slot, string Value)[] Cast(CorpusRandom random)
    {
        bool isFemale = random.Chance(50);
        string name = random.Pick(isFemale ? StoryWords.FemaleNames : StoryWords.MaleNames);
        string friend = random.Pick([
            .. StoryWords.FemaleNames.Concat(StoryWords.MaleNames).Where(other => other != name),
        ]);
        string kind = random.Pick(StoryWords.Slots["kind"]);
        return
        [
            ("N", name),
            ("K", friend),
            ("he", isFemale ? "she" : "he"),
            ("his", isFemale ? "her" : "his"),
            ("him", isFemale ? "her" : "him"),
            ("kind", kind),
            ("other", random.Pick([.. StoryWords.Slots["other"].Where(other => other != kind)])),
            .. StoryWords
                .Slots.Where(slot => slot.Key is not ("kind" or "other"))
                .Select(slot => (slot.Key, random.Pick(slot.Value))),
        ];
    }

    private static List<string> Tell(CorpusRandom random, StoryPlot plot, (string Slot, string Value)[] cast)
    {
        var sentences = new List<string>();
        foreach (var step in plot.Steps)
        {
            if (!step.IsOptional || random.Chance(55))
                sentences.Add(Phrase.Fill(random.Pick(step.Wordings), cast));
        }
        return sentences;
    }
}
