// Owns the words of the stories: what may stand in which slot.
namespace Tern.Training.Corpus;

/// <summary>Vocabulary of the slots. A name belongs to a female or a male character, always the same.</summary>
internal static class StoryWords
{
    public static IReadOnlyList<string> FemaleNames { get; } =
    ["Lulu", "Nell", "Dot", "Fay", "Lily", "Minna", "Bella", "Tara"];
    public static IReadOnlyList<string> MaleNames { get; } =
    ["Pip", "Bo", "Kit", "Bram", "Toby", "Rolf", "Milo", "Nico"];

    /// <summary>The words that a slot may have; slots of names and pronouns are not among them.</summary>
    public static IReadOnlyDictionary<string, string[]> Slots { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["kind"] =
            [
                "fox",
                "bear",
                "rabbit",
                "mouse",
                "owl",
                "duck",
                "frog",
                "cat",
                "dog",
                "goat",
                "turtle",
                "hedgehog",
                "otter",
                "squirrel",
                "seal",
                "crow",
            ],
            ["other"] =
            [
                "fox",
                "bear",
                "rabbit",
                "mouse",
                "owl",
                "duck",
                "frog",
                "cat",
                "dog",
                "goat",
                "turtle",
                "hedgehog",
                "otter",
                "squirrel",
                "seal",
                "crow",
            ],
            ["adj"] = ["little", "young", "brave", "shy", "clever", "kind", "curious", "old", "happy", "quiet"],
            ["home"] =
            [
                "in a small house by the sea",
                "under an old tree",
                "near the harbour",
                "on a green hill",
                "in a quiet forest",
                "beside the river",
                "in a garden",
                "behind the mill",
            ],
            ["time"] = ["morning", "evening", "day", "afternoon", "summer day", "winter day"],
            ["thing"] = ["key", "flute", "cup", "lamp", "bell", "ring", "plate", "spoon", "mirror", "shell"],
            ["hue"] = ["red", "blue", "green", "yellow", "golden", "silver", "old", "small"],
            ["place"] =
            [
                "in the garden",
                "in the kitchen",
                "on the beach",
                "at the market",
                "near the bridge",
                "by the well",
                "in the forest",
                "on the hill",
            ],
            ["found"] =
            [
                "under a stone",
                "behind a tree",
                "in the grass",
                "under the bed",
                "in a box",
                "behind the door",
            ],
            ["food"] = ["apple", "cake", "pear", "loaf of bread", "pie", "bowl of soup", "fish", "basket of plums"],
            ["skill"] = ["swim", "sing", "dance", "climb", "row a boat", "draw", "skate", "whistle"],
            ["fear"] =
            [
                "the dark",
                "the deep water",
                "the thunder",
                "the big waves",
                "the tall trees",
                "the loud bell",
            ],
            ["weather"] = ["storm", "flood", "cold wind", "heavy rain", "thick fog"],
        };
}
