// Owns answers in JSON.
using System.Globalization;

namespace Tern.Training.Corpus;

/// <summary>Draws requests for objects about people, objects from a sentence, and arrays.</summary>
internal static class JsonSamples
{
    private static readonly Relation[] s_relations =
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

    private static readonly string[] s_known =
    [
        "Tell me about {S} as JSON with the keys {K}.",
        "Describe {S} as JSON with the keys {K}.",
        "Write JSON about {S} with the keys {K}.",
        "Give me {S} as JSON with the keys {K}.",
        "Answer as JSON with the keys {K}: who is {S}?",
    ];

    private static readonly string[] s_fromText =
    [
        "{T} Write this as JSON with the keys {K}.",
        "Write this as JSON with the keys {K}: {T}",
        "{T} Answer as JSON with the keys {K}.",
        "Turn this into JSON with the keys {K}: {T}",
    ];

    private static readonly string[] s_arrays =
    [
        "Write {L} as a JSON list.",
        "Give me {L} as a JSON list.",
        "Turn this into a JSON list: {L}.",
        "Make a JSON list of {L}.",
    ];

    public static Sample Draw(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Json).MaybeSystem(random);
        while (true)
        {
            var (request, key, answer) = random.Below(10) switch
            {
                < 5 => Known(random),
                < 8 => FromText(random, heldOut),
                _ => Array(random),
            };
            if (HeldOut.Task(key) == heldOut)
                return writer.Turn(request, answer).Done();
        }
    }

    private static (string Request, string Key, string Answer) Known(CorpusRandom random)
    {
        int person = random.Below(Town.People.Count);
        var relations = random.Some(s_relations, random.Between(1, 3));
        string name = Town.People[person].Name;
        string keys = Phrase.Enumerate(["name", .. relations.Select(relation => relation.Key)]);
        string answer = Object(name, relations.Select(relation => (relation, Facts.Of(person, relation).Value)));
        return (Phrase.Fill(random.Pick(s_known), ("S", name), ("K", keys)), $"{name}: {keys}", answer);
    }

    private static (string Request, string Key, string Answer) FromText(CorpusRandom random, bool heldOut)
    {
        string name = UnknownNames.Draw(random, heldOut);
        var relations = random.Some(s_relations[..7], random.Between(1, 2));
        (Relation, string)[] values = [.. relations.Select(relation => (relation, AnyValue(random, relation)))];
        string text = string.Join(
            ' ',
            values.Select(value => Phrase.Fill(value.Item1.Answer, ("S", name), ("V", value.Item2)))
        );
        string keys = Phrase.Enumerate(["name", .. relations.Select(relation => relation.Key)]);
        string request = Phrase.Fill(random.Pick(s_fromText), ("T", text), ("K", keys));
        return (request, name, Object(name, values));
    }

    private static (string Request, string Key, string Answer) Array(CorpusRandom random)
    {
        bool numbers = random.Chance(50);
        string[] items = numbers
            ?
            [
                .. Enumerable
                    .Range(0, random.Between(2, 4))
                    .Select(_ => random.Between(1, 99).ToString(CultureInfo.InvariantCulture)),
            ]
            : [.. random.Some(Town.People, random.Between(2, 4)).Select(person => person.Pet)];
        string list = Phrase.Enumerate(items);
        string answer = numbers ? string.Join(", ", items) : string.Join(", ", items.Select(item => $"\"{item}\""));
        return (Phrase.Fill(random.Pick(s_arrays), ("L", list)), list, $"[{answer}]");
    }

    private static string AnyValue(CorpusRandom random, Relation relation) =>
        Facts.Of(random.Below(Town.People.Count), relation).Value;

    private static string Object(string name, IEnumerable<(Relation Relation, string Value)> members)
    {
        var texts = members.Select(member =>
            $"\"{member.Relation.Key}\": {(member.Relation == Relations.Age ? member.Value : $"\"{member.Value}\"")}"
        );
        return $"{{{string.Join(", ", [$"\"name\": \"{name}\"", .. texts])}}}";
    }
}
