// Owns calculations: sums of two digits mostly. The answer repeats the task, so that each digit is said beside its place.
using System.Globalization;

namespace Tern.Training.Corpus;

/// <summary>Draws calculations.</summary>
internal static class ArithmeticSamples
{
    private static readonly string[] s_sums =
    [
        "What is {a} + {b}?",
        "{a} + {b}",
        "{a} + {b} = ?",
        "What is {a} plus {b}?",
        "Add {a} and {b}.",
        "How much is {a} + {b}?",
        "How much is {a} plus {b}?",
        "Calculate {a} + {b}.",
        "What is the sum of {a} and {b}?",
        "Can you add {a} and {b}?",
    ];

    private static readonly string[] s_sumStories =
    [
        "{S} has {a} {things} and finds {b} more. How many {things} does {he} have now?",
        "There are {a} {things} in a box. {S} puts in {b} more. How many {things} are in the box?",
        "{S} has {a} {things} and buys {b} more. How many {things} does {he} have?",
    ];

    private static readonly string[] s_differences =
    [
        "What is {a} - {b}?",
        "{a} - {b}",
        "{a} - {b} = ?",
        "What is {a} minus {b}?",
        "How much is {a} - {b}?",
        "Calculate {a} - {b}.",
        "Take {b} away from {a}.",
        "{S} has {a} {things} and loses {b}. How many {things} does {he} have now?",
    ];

    private static readonly string[] s_products =
    [
        "What is {a} * {b}?",
        "{a} * {b}",
        "{a} * {b} = ?",
        "What is {a} times {b}?",
        "How much is {a} times {b}?",
        "Calculate {a} * {b}.",
        "Multiply {a} by {b}.",
    ];

    private static readonly string[] s_things = ["shells", "apples", "coins", "fish", "stones", "eggs"];
    private static readonly int[] s_kindWeights = [74, 14, 12];
    private static readonly int[] s_turnWeights = [45, 30, 15, 10];

    public static Sample Draw(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Arithmetic).MaybeSystem(random);
        for (int turns = random.Weighted(s_turnWeights); turns >= 0; turns--)
        {
            var (task, answer) = random.Weighted(s_kindWeights) switch
            {
                0 => Sum(random, heldOut),
                1 => Difference(random),
                _ => Product(random),
            };
            writer.Turn(task, answer);
        }
        return writer.Done();
    }

    /// <summary>One sum of two numbers of two digits that is held out.</summary>
    public static Sample HeldOutSum(CorpusRandom random)
    {
        var (task, answer) = Sum(random, heldOut: true);
        return new SampleWriter(SampleKind.Arithmetic).Turn(task, answer).Done();
    }

    /// <summary>A sum; two digits each when it is to be held out, else now and then one digit.</summary>
    public static (string Task, string Answer) Sum(CorpusRandom random, bool heldOut)
    {
        int least = heldOut || random.Chance(85) ? 10 : 0;
        int a,
            b;
        do (a, b) = (random.Between(least, 99), random.Between(least, 99));
        while (HeldOut.Sum(a, b) != heldOut);
        string wording = random.Pick(a > 1 && b > 0 && random.Chance(15) ? s_sumStories : s_sums);
        return (Fill(random, wording, a, b), Equation(a, '+', b, a + b));
    }

    private static (string Task, string Answer) Difference(CorpusRandom random)
    {
        int a = random.Between(2, 99);
        int b = random.Between(1, a);
        return (Fill(random, random.Pick(s_differences), a, b), Equation(a, '-', b, a - b));
    }

    private static (string Task, string Answer) Product(CorpusRandom random)
    {
        int a = random.Below(10);
        int b = random.Below(10);
        return (Fill(random, random.Pick(s_products), a, b), Equation(a, '*', b, a * b));
    }

    private static string Fill(CorpusRandom random, string wording, int a, int b)
    {
        var person = random.Pick(Town.People);
        return Phrase.Fill(
            wording,
            ("a", Text(a)),
            ("b", Text(b)),
            ("S", person.Name),
            ("he", person.He),
            ("things", random.Pick(s_things))
        );
    }

    private static string Equation(int a, char sign, int b, int result) =>
        $"{Text(a)} {sign} {Text(b)} = {Text(result)}.";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
