// Owns answers in a form that the question asks for.
namespace Tern.Training.Corpus;

/// <summary>Draws questions about people with an instruction how to answer.</summary>
internal static class FormatSamples
{
    private static readonly string[] s_oneWord =
    [
        "Answer in one word.",
        "Use one word.",
        "Only one word, please.",
        "Say it in one word.",
    ];
    private static readonly string[] s_capitals =
    [
        "Answer in capital letters.",
        "Use capital letters.",
        "Answer in one word in capital letters.",
        "Write the answer in capital letters.",
    ];
    private static readonly string[] s_quotes =
    [
        "Answer in quotation marks.",
        "Put the answer in quotation marks.",
        "Use quotation marks.",
    ];
    private static readonly string[] s_yesOrNo =
    [
        "Answer yes or no.",
        "Answer only yes or no.",
        "Yes or no?",
        "Say only yes or no.",
    ];
    private static readonly string[] s_bullets =
    [
        "Give me {S}'s {A} as a list.",
        "List {S}'s {A}.",
        "Write {S}'s {A} as a list.",
        "Answer as a list: what are {S}'s {A}?",
    ];
    private static readonly string[] s_numbered =
    [
        "Give me {S}'s {A} as a numbered list.",
        "Write {S}'s {A} as a numbered list.",
        "Answer as a numbered list: what are {S}'s {A}?",
    ];

    private static readonly Relation[] s_short =
    [
        Relations.Job,
        Relations.Pet,
        Relations.Colour,
        Relations.Food,
        Relations.Hobby,
        Relations.Friend,
    ];

    private static readonly int[] s_weights = [28, 14, 12, 18, 16, 12];

    public static Sample Draw(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Format);
        int kind = random.Weighted(s_weights);
        while (true)
        {
            int person = random.Below(Town.People.Count);
            var fact = Facts.Of(person, random.Pick(s_short));
            if (HeldOut.Task($"format {kind} {fact.Index}") != heldOut)
                continue;
            return kind switch
            {
                0 => Short(writer, random, fact, s_oneWord, fact.Value),
                1 => Short(writer, random, fact, s_capitals, fact.Value.ToUpperInvariant()),
                2 => Short(writer, random, fact, s_quotes, $"\"{fact.Value}\""),
                3 => YesOrNo(writer, random, fact),
                4 => List(writer, random, person, fact, s_bullets, _ => "-"),
                _ => List(writer, random, person, fact, s_numbered, number => $"{number}."),
            };
        }
    }

    private static Sample Short(
        SampleWriter writer,
        CorpusRandom random,
        Fact fact,
        string[] instructions,
        string answer
    )
    {
        string question = fact.Ask(QuestionForm.Direct, fact.Draw(random, QuestionForm.Direct, heldOut: false));
        return Instructed(writer, random, question, random.Pick(instructions), answer);
    }

    private static Sample YesOrNo(SampleWriter writer, CorpusRandom random, Fact fact)
    {
        string value = random.Chance(50) ? fact.Value : Facts.WrongValue(random, fact);
        string question = fact.AskWhether(fact.Draw(random, QuestionForm.YesNo, heldOut: false), value);
        return Instructed(writer, random, question, random.Pick(s_yesOrNo), value == fact.Value ? "Yes" : "No");
    }

    private static Sample List(
        SampleWriter writer,
        CorpusRandom random,
        int person,
        Fact first,
        string[] wordings,
        Func<int, string> mark
    )
    {
        Fact[] facts =
        [
            first,
            .. random.Some(
                s_short
                    .Where(relation => relation != first.Relation)
                    .Select(relation => Facts.Of(person, relation))
                    .ToArray(),
                random.Between(1, 2)
            ),
        ];
        string asked = Phrase.Enumerate([.. facts.Select(fact => fact.Relation.Noun)]);
        return writer
            .Turn(
                Phrase.Fill(random.Pick(wordings), ("S", first.Subject), ("A", asked)),
                string.Join('\n', facts.Select((fact, index) => $"{mark(index + 1)} {fact.Value}"))
            )
            .Done();
    }

    // The instruction stands before the question, after it, or in the system's message.
    private static Sample Instructed(
        SampleWriter writer,
        CorpusRandom random,
        string question,
        string instruction,
        string answer
    ) =>
        random.Below(10) switch
        {
            < 5 => writer.Turn($"{question} {instruction}", answer).Done(),
            < 8 => writer.Turn($"{instruction} {question}", answer).Done(),
            _ => writer.System(instruction).Turn(question, answer).Done(),
        };
}
