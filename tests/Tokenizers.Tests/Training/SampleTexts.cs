// Texts to train on: sentences of made-up words in a few scripts, with numbers and punctuation.
namespace Tern.Tokenizers.Tests.Training;

internal static class SampleTexts
{
    private static readonly string[] Syllables =
    [
        "ba",
        "ne",
        "ti",
        "lo",
        "ru",
        "ing",
        "st",
        "qua",
        "ö",
        "ß",
        "да",
        "не",
        "水",
        "の",
        "é",
    ];

    private static readonly string[] Ends =
    [
        " ",
        " ",
        " ",
        ", ",
        ". ",
        "\n",
        "\n\n",
        "  ",
        "'s ",
        " 1984 ",
        " 🦙 ",
        "!?",
    ];

    public static string[] Sentences(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Sentence(random))];

    private static string Sentence(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => Word(random) + random.GetItems(Ends, 1)[0]));

    private static string Word(Random random) =>
        string.Concat(random.GetItems(Syllables, 1 + (random.Next(5) * random.Next(2))));
}
