// Owns names of people who do not live in the town.
namespace Tern.Training.Corpus;

/// <summary>Makes names from syllables, so that there are too many to learn by heart: only the known ones are known.</summary>
internal static class UnknownNames
{
    private const string Consonants = "bdfgklmnprstvz";
    private const string Vowels = "aeiou";
    private static readonly string[] s_endings = ["", "", "n", "r", "l", "k", "m"];
    private static readonly string[] s_ordinary =
    [
        "Alice",
        "Bob",
        "Peter",
        "Emma",
        "John",
        "Mary",
        "David",
        "Lisa",
        "Julia",
        "Simon",
        "Sarah",
        "Martin",
        "Laura",
        "Daniel",
        "Eva",
        "Robert",
        "Helen",
        "George",
        "Linda",
        "Frank",
        "Marie",
        "Erik",
        "Ruth",
        "Alan",
    ];

    private static readonly HashSet<string> s_taken = new(
        [.. Town.People.Select(person => person.Name), .. Town.Names.Select(name => name.Name)],
        StringComparer.Ordinal
    );

    /// <summary>A name that is nobody's in the town, held out or not.</summary>
    public static string Draw(CorpusRandom random, bool heldOut)
    {
        while (true)
        {
            string name = random.Chance(25) ? random.Pick(s_ordinary) : Made(random);
            if (!s_taken.Contains(name) && HeldOut.Task(name) == heldOut)
                return name;
        }
    }

    private static string Made(CorpusRandom random) =>
        Phrase.Capital($"{Syllable(random)}{Syllable(random)}{random.Pick(s_endings)}");

    private static string Syllable(CorpusRandom random) =>
        $"{Consonants[random.Below(Consonants.Length)]}{Vowels[random.Below(Vowels.Length)]}";
}
