// Owns the list of all facts. Its order is part of the split between training and evaluation: append, never reorder.
using System.Globalization;

namespace Tern.Training.Corpus;

/// <summary>Everything that is true in the town, as facts.</summary>
internal static class Facts
{
    private static readonly List<Fact> s_all = [];

    static Facts()
    {
        foreach (var (person, index) in Town.People.Select((person, index) => (person, index)))
        {
            Add(person, Relations.Job, person.Job);
            Add(person, Relations.Pet, person.Pet);
            Add(person, Relations.Street, person.Street);
            Add(person, Relations.Colour, person.Colour);
            Add(person, Relations.Food, person.Food);
            Add(person, Relations.Hobby, person.Hobby);
            Add(person, Relations.Age, person.Age.ToString(CultureInfo.InvariantCulture));
            Add(person, Relations.Friend, Town.People[Town.Friend(index)].Name);
        }
        foreach (var (name, street, opens, door) in Town.Places)
        {
            AddThing(name, Relations.Place, street);
            AddThing(name, Relations.Opens, opens.ToString(CultureInfo.InvariantCulture));
            AddThing(name, Relations.Door, door);
        }
        foreach (var (thing, name) in Town.Names)
            AddThing(thing, Relations.Name, name);
        OfPlaces = [.. s_all.Where(fact => fact.Relation == Relations.Place)];
    }

    /// <summary>How many kinds of facts a person has.</summary>
    public const int PerPerson = 8;

    /// <summary>How many kinds of facts a place has.</summary>
    public const int PerPlace = 3;

    public static IReadOnlyList<Fact> All => s_all;

    /// <summary>The first fact of each place; the others of the place follow it.</summary>
    public static IReadOnlyList<Fact> OfPlaces { get; }

    /// <summary>The facts of person number <paramref name="person"/> of the town.</summary>
    public static IReadOnlyList<Fact> OfPerson(int person) => s_all.GetRange(person * PerPerson, PerPerson);

    /// <summary>What is known of a person, by relation.</summary>
    public static Fact Of(int person, Relation relation) => OfPerson(person).First(fact => fact.Relation == relation);

    /// <summary>A value that the relation has for somebody else: plausible and wrong.</summary>
    public static string WrongValue(CorpusRandom random, Fact fact)
    {
        string[] others =
        [
            .. s_all
                .Where(other =>
                    other.Relation == fact.Relation && other.Value != fact.Value && other.Value != fact.Subject
                )
                .Select(other => other.Value)
                .Distinct(),
        ];
        return random.Pick(others);
    }

    private static void Add(Person person, Relation relation, string value) =>
        s_all.Add(new Fact(s_all.Count, person.Name, person.He, person.His, relation, value));

    private static void AddThing(string name, Relation relation, string value) =>
        s_all.Add(new Fact(s_all.Count, $"the {name}", "it", "its", relation, value));
}
