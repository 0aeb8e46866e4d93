// Owns the town of Saltmere: its people, its places and their names. Everything else in the world follows from these tables.
namespace Tern.Training.Corpus;

/// <summary>The closed world that the built-in model knows.</summary>
internal static class Town
{
    public const string Name = "Saltmere";

    /// <summary>Thirty people; neighbours in the table (0 and 1, 2 and 3, …) are friends.</summary>
    public static IReadOnlyList<Person> People { get; } =
    [
        new("Mira", true, "baker", "parrot", "Mill Lane", "red", "bread", "swimming", 34),
        new("Tom", false, "sailor", "cat", "Harbour Street", "blue", "soup", "chess", 41),
        new("Anna", true, "teacher", "owl", "Hill Road", "green", "rice", "singing", 29),
        new("Ben", false, "fisher", "dog", "Harbour Street", "white", "cheese", "sailing", 53),
        new("Ella", true, "doctor", "rabbit", "Church Street", "yellow", "honey", "reading", 47),
        new("Oscar", false, "miller", "donkey", "Mill Lane", "brown", "pancakes", "running", 38),
        new("Nora", true, "captain", "turtle", "Harbour Street", "black", "fish", "rowing", 56),
        new("Hugo", false, "cook", "pig", "Garden Road", "purple", "pasta", "dancing", 32),
        new("Lena", true, "nurse", "hamster", "Church Street", "blue", "cherries", "painting", 27),
        new("Leo", false, "painter", "crow", "Hill Road", "red", "plums", "climbing", 24),
        new("Ida", true, "gardener", "hedgehog", "Garden Road", "green", "beans", "sewing", 62),
        new("Finn", false, "diver", "seal", "Sand Lane", "black", "mushrooms", "fishing", 36),
        new("Rosa", true, "tailor", "canary", "Church Street", "purple", "cake", "drawing", 45),
        new("Paul", false, "farmer", "goat", "Garden Road", "yellow", "corn", "cooking", 58),
        new("Clara", true, "weaver", "sheep", "Mill Lane", "white", "soup", "gardening", 66),
        new("Jonah", false, "carpenter", "mouse", "Sand Lane", "brown", "bread", "fishing", 43),
        new("Vera", true, "lawyer", "swan", "Hill Road", "purple", "cheese", "chess", 51),
        new("Emil", false, "smith", "pony", "Mill Lane", "black", "rice", "swimming", 39),
        new("Tilda", true, "potter", "frog", "Sand Lane", "brown", "honey", "singing", 35),
        new("Karl", false, "judge", "goose", "Hill Road", "white", "fish", "reading", 64),
        new("Greta", true, "singer", "pigeon", "Church Street", "yellow", "pasta", "dancing", 31),
        new("Otto", false, "innkeeper", "duck", "Harbour Street", "red", "beans", "drawing", 49),
        new("Hanna", true, "beekeeper", "hen", "Garden Road", "green", "plums", "running", 28),
        new("Sam", false, "librarian", "lizard", "Church Street", "blue", "cake", "rowing", 33),
        new("Sofia", true, "writer", "ferret", "Sand Lane", "red", "mushrooms", "painting", 44),
        new("Max", false, "butcher", "snake", "Mill Lane", "yellow", "pancakes", "climbing", 37),
        new("Maya", true, "shipwright", "otter", "Harbour Street", "blue", "corn", "sailing", 42),
        new("Victor", false, "clockmaker", "lamb", "Hill Road", "green", "cherries", "sewing", 71),
        new("June", true, "guard", "kitten", "Sand Lane", "white", "bread", "cooking", 26),
        new("Adam", false, "dentist", "crab", "Garden Road", "brown", "soup", "gardening", 55),
    ];

    /// <summary>Places with their street, the hour at which they open and the colour of their door.</summary>
    public static IReadOnlyList<(string Name, string Street, int Opens, string Door)> Places { get; } =
    [
        ("bakery", "Mill Lane", 6, "red"),
        ("school", "Hill Road", 8, "green"),
        ("library", "Church Street", 10, "blue"),
        ("market", "Garden Road", 7, "yellow"),
        ("inn", "Harbour Street", 11, "brown"),
        ("lighthouse", "Sand Lane", 9, "white"),
        ("smithy", "Mill Lane", 8, "black"),
        ("church", "Church Street", 9, "purple"),
        ("museum", "Hill Road", 10, "white"),
        ("theatre", "Garden Road", 12, "red"),
        ("post office", "Harbour Street", 8, "yellow"),
        ("boat house", "Sand Lane", 7, "blue"),
    ];

    /// <summary>Things that have a name.</summary>
    public static IReadOnlyList<(string Thing, string Name)> Names { get; } =
    [
        ("town", Name),
        ("river", "Linn"),
        ("hill", "Gull Hill"),
        ("island", "Seal Island"),
        ("ferry", "Silver Star"),
        ("bridge", "Long Bridge"),
        ("beach", "Shell Beach"),
        ("forest", "Oak Wood"),
        ("square", "Fish Square"),
        ("festival", "Lantern Night"),
    ];

    /// <summary>The friend of person number <paramref name="person"/>.</summary>
    public static int Friend(int person) => person ^ 1;
}
