// Owns conversations: greetings, questions that lean on what was said before, thanks and goodbyes.
namespace Tern.Training.Corpus;

/// <summary>Draws conversations of two to six turns.</summary>
internal static class ConversationSamples
{
    private static readonly (string[] Says, string Answer)[] s_smallTalk =
    [
        (
            ["Who are you?", "What are you?", "What is your name?", "Who am I talking to?", "Tell me who you are."],
            "I am Tern's built-in model."
        ),
        (
            ["What can you do?", "How can you help me?", "What do you know?", "What can I ask you?"],
            $"I can answer questions about {Town.Name}, add numbers and tell stories."
        ),
        (["How are you?", "How are you today?", "Are you well?"], "I am fine, thank you."),
        (["Are you a person?", "Are you a human?", "Are you alive?"], "No, I am a small language model."),
        (["Who made you?", "Where do you come from?"], "I was trained by Tern."),
        (["What is Saltmere?", "Tell me about Saltmere."], "Saltmere is a small town by the sea."),
    ];

    private static readonly (string[] Says, string Answer) s_greeting = (
        ["Hello!", "Hello", "Hi", "Hi!", "Hey", "Good morning!", "Good evening!", "Hello there!", "hello", "hi"],
        "Hello! How can I help you?"
    );

    private static readonly (string[] Says, string Answer) s_thanks = (
        ["Thank you.", "Thanks!", "Thank you very much.", "Thanks", "Great, thank you!", "thanks"],
        "You are welcome."
    );

    private static readonly (string[] Says, string Answer) s_goodbye = (
        ["Goodbye!", "Bye", "Bye!", "See you!", "Good night!", "See you tomorrow!", "bye"],
        "Goodbye!"
    );

    private static readonly string[] s_introductions =
    [
        "My name is {N}.",
        "I am {N}.",
        "Hello, I am {N}.",
        "Hi, my name is {N}.",
    ];
    private static readonly string[] s_askForName =
    [
        "What is my name?",
        "Who am I?",
        "Do you know my name?",
        "Do you remember my name?",
    ];

    public static Sample Draw(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Conversation).MaybeSystem(random);
        string? name = random.Chance(15) ? UnknownNames.Draw(random, heldOut) : null;
        if (name is not null)
            Introduce(writer, random, name);
        else if (random.Chance(45))
            Say(writer, random, s_greeting);
        switch (random.Below(10))
        {
            case < 7:
                AboutPerson(writer, random, random.Between(2, 4), heldOut);
                break;
            case < 9:
                AboutPlace(writer, random, heldOut);
                break;
            default:
                Mixed(writer, random, random.Between(1, 3), heldOut);
                break;
        }
        if (random.Chance(15))
            Mixed(writer, random, 1, heldOut);
        if (name is not null)
            writer.Turn(random.Pick(s_askForName), $"Your name is {name}.");
        if (random.Chance(35))
            Say(writer, random, s_thanks);
        if (random.Chance(20))
            Say(writer, random, s_goodbye);
        return writer.Done();
    }

    /// <summary>Three turns about one person, the second and third with pronouns.</summary>
    public static Sample ThreeTurns(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Conversation);
        AboutPerson(writer, random, 3, heldOut);
        return writer.Done();
    }

    // Each turn follows from the last: another side of the same person, the same side of another, or the friend.
    private static void AboutPerson(SampleWriter writer, CorpusRandom random, int turns, bool heldOut)
    {
        int person = random.Below(Town.People.Count);
        var fact = DrawFact(writer, random, Facts.OfPerson(person), QuestionForm.Direct, heldOut, null);
        for (int turn = 1; turn < turns; turn++)
        {
            // After the friend was named, "he" is one of the two and "she" the other: friends are a woman and a man.
            if (fact.Relation == Relations.Friend && random.Chance(60))
                person = Town.Friend(person);
            if (turn == turns - 1 && random.Chance(8))
            {
                AboutStranger(writer, random, heldOut);
                return;
            }
            if (random.Chance(25))
            {
                int other = random.Below(Town.People.Count);
                int wording = Facts.Of(other, fact.Relation).Draw(random, QuestionForm.Shift, heldOut);
                if (other != person && wording >= 0)
                {
                    person = other;
                    fact = Facts.Of(person, fact.Relation);
                    writer.Turn(fact.Ask(QuestionForm.Shift, wording), fact.Sentence);
                    continue;
                }
            }
            fact = DrawFact(writer, random, Facts.OfPerson(person), QuestionForm.FollowUp, heldOut, fact);
        }
    }

    private static void AboutStranger(SampleWriter writer, CorpusRandom random, bool heldOut)
    {
        string name = UnknownNames.Draw(random, heldOut);
        string question = Phrase.Fill(random.Pick(Relation.Shift), ("S", name));
        writer.Turn(question, UnknownSamples.Stranger(name));
    }

    private static void AboutPlace(SampleWriter writer, CorpusRandom random, bool heldOut)
    {
        int first = random.Pick(Facts.OfPlaces).Index;
        Fact[] facts = [.. Enumerable.Range(first, Facts.PerPlace).Select(index => Facts.All[index])];
        var fact = DrawFact(writer, random, facts, QuestionForm.Direct, heldOut, null);
        for (int turn = random.Between(1, 2); turn > 0; turn--)
            fact = DrawFact(writer, random, facts, QuestionForm.FollowUp, heldOut, fact);
    }

    private static void Mixed(SampleWriter writer, CorpusRandom random, int turns, bool heldOut)
    {
        for (int turn = 0; turn < turns; turn++)
        {
            var (question, answer) = random.Below(10) switch
            {
                < 3 => ClosedWorldSamples.Question(random, heldOut),
                < 5 => ArithmeticSamples.Sum(random, heldOut),
                < 6 => UnknownSamples.Question(random, heldOut),
                _ => SmallTalk(random),
            };
            writer.Turn(question, answer);
        }
    }

    // Held-out wordings are few; a person may have none of a form, then another relation of the town is asked directly.
    private static Fact DrawFact(
        SampleWriter writer,
        CorpusRandom random,
        IReadOnlyList<Fact> facts,
        QuestionForm form,
        bool heldOut,
        Fact? last
    )
    {
        foreach (var fact in random.Some(facts, facts.Count))
        {
            int wording = fact.Draw(random, form, heldOut);
            if (wording < 0 || fact.Relation == last?.Relation)
                continue;
            writer.Turn(fact.Ask(form, wording), fact.Sentence);
            return fact;
        }
        return DrawFact(writer, random, facts, form, heldOut: false, last);
    }

    private static void Introduce(SampleWriter writer, CorpusRandom random, string name) =>
        writer.Turn(Phrase.Fill(random.Pick(s_introductions), ("N", name)), $"Hello, {name}! How can I help you?");

    private static (string Question, string Answer) SmallTalk(CorpusRandom random)
    {
        var (says, answer) = random.Pick(s_smallTalk);
        return (random.Pick(says), answer);
    }

    private static void Say(SampleWriter writer, CorpusRandom random, (string[] Says, string Answer) exchange) =>
        writer.Turn(random.Pick(exchange.Says), exchange.Answer);
}
