// Owns questions that the model cannot answer, and how it says so.
namespace Tern.Training.Corpus;

/// <summary>Draws questions about unknown people, unknown sides of known people, and the rest of the world.</summary>
internal static class UnknownSamples
{
    /// <summary>The answer to what is not known.</summary>
    public const string Answer = "I don't know that.";

    /// <summary>The answer to a question about somebody who does not live in the town.</summary>
    public static string Stranger(string name) => $"I don't know anyone called {name}.";

    private static readonly Relation[] s_ofPeople =
    [
        Relations.Job,
        Relations.Pet,
        Relations.Street,
        Relations.Colour,
        Relations.Food,
        Relations.Hobby,
        Relations.Age,
        Relations.Friend,
    ];

    private static readonly string[] s_sides =
    [
        "What is {S}'s shoe size?",
        "What is {S}'s phone number?",
        "When is {S}'s birthday?",
        "What is {S}'s last name?",
        "Who is {S}'s brother?",
        "Who is {S}'s mother?",
        "What is the name of {S}'s sister?",
        "What is {S}'s favourite song?",
        "What is {S}'s favourite book?",
        "How tall is {S}?",
        "How much money does {S} have?",
        "Where was {S} born?",
        "When was {S} born?",
        "What did {S} do yesterday?",
        "What is {S} thinking?",
        "Is {S} married?",
        "How many children does {S} have?",
        "What language does {S} speak?",
    ];

    private static readonly string[] s_sidesOfPlaces =
    [
        "When does the {P} close?",
        "Who built the {P}?",
        "How old is the {P}?",
        "How big is the {P}?",
        "How many rooms does the {P} have?",
        "What does the {P} cost?",
        "How many windows does the {P} have?",
    ];

    private static readonly string[] s_world =
    [
        "What is the capital of {C}?",
        "Who is the king of {C}?",
        "Where is {C}?",
        "How many people live in {C}?",
        "What language do people speak in {C}?",
        "How far is it to {C}?",
        "What is the largest city in {C}?",
        "What do people eat in {C}?",
        "Who invented the {I}?",
        "How does a {I} work?",
        "When was the {I} invented?",
        "How much does a {I} cost?",
        "What is {T}?",
        "Can you explain {T}?",
        "Tell me about {T}.",
        "Who wrote the book {B}?",
        "What is the book {B} about?",
        "Who won the game yesterday?",
        "What time is it?",
        "What day is it today?",
        "What will happen tomorrow?",
        "What is the meaning of life?",
        "How many stars are there?",
        "How deep is the sea?",
        "What is the news today?",
    ];

    private static readonly string[] s_countries =
    [
        "France",
        "Spain",
        "Italy",
        "Germany",
        "Japan",
        "China",
        "India",
        "Brazil",
        "Canada",
        "Egypt",
        "Kenya",
        "Norway",
        "Poland",
        "Greece",
        "Mexico",
        "Peru",
        "London",
        "Paris",
        "Berlin",
        "Rome",
        "Tokyo",
        "America",
    ];

    private static readonly string[] s_inventions =
    [
        "telephone",
        "computer",
        "car",
        "radio",
        "bicycle",
        "camera",
        "rocket",
        "television",
        "train",
        "plane",
    ];

    private static readonly string[] s_topics =
    [
        "electricity",
        "gravity",
        "physics",
        "history",
        "music",
        "democracy",
        "chemistry",
        "steel",
        "glass",
        "paper",
    ];

    private static readonly string[] s_books =
    [
        "Hamlet",
        "Faust",
        "Emma",
        "The Scream",
        "The Odyssey",
        "Moby Dick",
        "War and Peace",
        "Mona Lisa",
    ];

    private static readonly int[] s_weights = [40, 20, 10, 30];

    public static Sample Draw(CorpusRandom random, bool heldOut)
    {
        var (question, answer) = Question(random, heldOut);
        return new SampleWriter(SampleKind.Unknown)
            .MaybeSystem(random)
            .Turn(ClosedWorldSamples.Casual(random, question), answer)
            .Done();
    }

    /// <summary>A question and the answer that it is not known.</summary>
    public static (string Question, string Answer) Question(CorpusRandom random, bool heldOut)
    {
        int kind = random.Weighted(s_weights);
        if (kind == 0)
            return AboutStranger(random, heldOut);
        while (true)
        {
            string question = kind switch
            {
                1 => Phrase.Fill(random.Pick(s_sides), ("S", random.Pick(Town.People).Name)),
                2 => Phrase.Fill(random.Pick(s_sidesOfPlaces), ("P", random.Pick(Town.Places).Name)),
                _ => World(random),
            };
            if (HeldOut.Task(question) == heldOut)
                return (question, Answer);
        }
    }

    private static (string Question, string Answer) AboutStranger(CorpusRandom random, bool heldOut)
    {
        string name = UnknownNames.Draw(random, heldOut);
        var relation = random.Pick(s_ofPeople);
        bool yesNo = random.Chance(20);
        string wording = random.Pick(yesNo ? relation.YesNo : relation.Direct);
        string value = yesNo ? random.Pick(Facts.All.Where(fact => fact.Relation == relation).ToArray()).Value : "";
        return (Phrase.Fill(wording, ("S", name), ("V", value)), Stranger(name));
    }

    private static string World(CorpusRandom random) =>
        Phrase.Fill(
            random.Pick(s_world),
            ("C", random.Pick(s_countries)),
            ("I", random.Pick(s_inventions)),
            ("T", random.Pick(s_topics)),
            ("B", random.Pick(s_books))
        );
}
