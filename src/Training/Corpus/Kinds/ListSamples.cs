// Owns short lists: sorting, reversing, counting, and picking one item.
using System.Globalization;

namespace Tern.Training.Corpus;

/// <summary>Draws tasks over lists of numbers or words.</summary>
internal static class ListSamples
{
    private delegate string ListAnswer(string[] items);

    private sealed record ListTask(bool Numbers, bool Words, string[] Wordings, ListAnswer Answer);

    private static readonly string[] s_words =
    [
        "apple",
        "boat",
        "cat",
        "dog",
        "egg",
        "fish",
        "goat",
        "hat",
        "island",
        "key",
        "lamp",
        "moon",
        "nest",
        "owl",
        "pear",
        "rope",
        "ship",
        "tree",
        "wave",
        "bell",
        "cup",
        "door",
        "star",
        "map",
    ];

    private static readonly ListTask[] s_tasks =
    [
        new(
            true,
            false,
            [
                "Sort these numbers: {list}.",
                "Sort {list}.",
                "Put these numbers in order: {list}.",
                "Sort these numbers from small to large: {list}.",
            ],
            items => Join(items.OrderBy(Number))
        ),
        new(
            true,
            false,
            [
                "Sort these numbers from large to small: {list}.",
                "Put these numbers in order from large to small: {list}.",
            ],
            items => Join(items.OrderByDescending(Number))
        ),
        new(
            false,
            true,
            [
                "Sort these words: {list}.",
                "Put these words in order: {list}.",
                "Sort these words from a to z: {list}.",
                "Sort {list}.",
            ],
            items => Join(items.Order(StringComparer.Ordinal))
        ),
        new(
            true,
            true,
            [
                "Reverse this list: {list}.",
                "Reverse {list}.",
                "Say this list backwards: {list}.",
                "Turn this list around: {list}.",
            ],
            items => Join(items.Reverse())
        ),
        new(
            true,
            true,
            [
                "How many items are in this list: {list}?",
                "Count the items: {list}.",
                "How many items are there: {list}?",
                "How long is this list: {list}?",
            ],
            items => items.Length.ToString(CultureInfo.InvariantCulture)
        ),
        new(
            true,
            false,
            [
                "Which number is the largest: {list}?",
                "What is the largest of {list}?",
                "Find the largest number: {list}.",
            ],
            items => items.MaxBy(Number)!
        ),
        new(
            true,
            false,
            [
                "Which number is the smallest: {list}?",
                "What is the smallest of {list}?",
                "Find the smallest number: {list}.",
            ],
            items => items.MinBy(Number)!
        ),
        new(
            true,
            true,
            ["What is the first item of this list: {list}?", "Which item comes first: {list}?"],
            items => items[0]
        ),
        new(
            true,
            true,
            ["What is the last item of this list: {list}?", "Which item comes last: {list}?"],
            items => items[^1]
        ),
    ];

    private static readonly int[] s_taskWeights = [24, 8, 16, 20, 14, 5, 5, 4, 4];

    public static Sample Draw(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Lists).MaybeSystem(random);
        for (int turns = heldOut ? 1 : random.Between(1, 2); turns > 0; turns--)
        {
            var (task, answer) = Task(random, heldOut);
            writer.Turn(task, answer);
        }
        return writer.Done();
    }

    private static (string Task, string Answer) Task(CorpusRandom random, bool heldOut)
    {
        var task = s_tasks[random.Weighted(s_taskWeights)];
        while (true)
        {
            bool numbers = task.Numbers && (!task.Words || random.Chance(50));
            string[] items = numbers ? Numbers(random) : random.Some(s_words, random.Between(3, 5));
            string list = Join(items);
            if (HeldOut.Task(list) == heldOut)
                return (Phrase.Fill(random.Pick(task.Wordings), ("list", list)), task.Answer(items));
        }
    }

    // Small lists of single digits first: what a list is should not depend on long numbers.
    private static string[] Numbers(CorpusRandom random)
    {
        int most = random.Chance(50) ? 9 : 99;
        var numbers = Enumerable.Range(1, most).ToArray();
        return
        [
            .. random
                .Some(numbers, random.Between(3, 6))
                .Select(number => number.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    private static int Number(string item) => int.Parse(item, CultureInfo.InvariantCulture);

    private static string Join(IEnumerable<string> items) => string.Join(", ", items);
}
