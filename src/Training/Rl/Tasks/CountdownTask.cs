// Owns the Countdown task: reach a target from three numbers.
using System.Globalization;

namespace Tern.Training.Rl.Tasks;

/// <summary>
/// Countdown with three numbers, + and -: the prompt "3 7 12=16:" is solved by "7+12-3", every number used once. Many answers
/// are right, and the warm start teaches none: its expressions use the numbers, whatever they come to, and sums apart.
/// </summary>
public sealed class CountdownTask : IRlTask
{
    private const int Largest = 20;
    private const int Training = 2000;
    private const ulong PromptKey = 0xc0;

    /// <summary>No held-out prompt is one of these.</summary>
    private static readonly Lazy<HashSet<string>> s_training = new(() =>
        [.. Enumerable.Range(0, Training).Select(Problem).Select(problem => Prompt(problem.Numbers, problem.Target))]
    );

    /// <inheritdoc/>
    public int TrainingPrompts => Training;

    /// <inheritdoc/>
    public int HeldOutPrompts => 200;

    /// <inheritdoc/>
    public int MaxAnswerTokens => 12;

    /// <inheritdoc/>
    public string Prompt(int index)
    {
        var (numbers, target) = Problem(index);
        return Prompt(numbers, target);
    }

    /// <inheritdoc/>
    public double Reward(int index, string answer)
    {
        var (numbers, target) = Problem(index);
        return
            TryEvaluate(answer, out var used, out int value)
            && value == target
            && used.Order().SequenceEqual(numbers.Order())
            ? 1
            : 0;
    }

    /// <inheritdoc/>
    public (string Prompt, string Answer) WarmStart(long index, ulong seed)
    {
        var random = new TaskRandom(seed, (ulong)index);
        int[] numbers = [random.Between(1, Largest), random.Between(1, Largest), random.Between(1, Largest)];
        int target = random.Between(0, 3 * Largest);
        if (random.Below(2) == 0)
        {
            // A sum to know by heart, in a form that no prompt has.
            string expression = Expression(ref random, numbers, out int value);
            return ("", Text($"{expression}>{value}"));
        }
        return (Prompt(numbers, target), Expression(ref random, numbers, out _));
    }

    /// <summary>Numbers and target of a prompt; the target is the value of some expression, and not negative.
    /// Held-out ones are drawn again until they are none to learn from.</summary>
    private static (int[] Numbers, int Target) Problem(int index)
    {
        var random = new TaskRandom(PromptKey, (ulong)index);
        while (true)
        {
            int[] numbers = [random.Between(1, Largest), random.Between(1, Largest), random.Between(1, Largest)];
            int[] shown = [.. numbers];
            Expression(ref random, numbers, out int target);
            if (target >= 0 && (index < Training || !s_training.Value.Contains(Prompt(shown, target))))
                return (shown, target);
        }
    }

    /// <summary>The numbers in a random order, joined by random signs.</summary>
    private static string Expression(ref TaskRandom random, int[] numbers, out int value)
    {
        int[] order = [.. numbers];
        random.Shuffle(order);
        bool addsSecond = random.Below(2) == 0;
        bool addsThird = random.Below(2) == 0;
        value = order[0] + (addsSecond ? order[1] : -order[1]) + (addsThird ? order[2] : -order[2]);
        return Text($"{order[0]}{(addsSecond ? '+' : '-')}{order[1]}{(addsThird ? '+' : '-')}{order[2]}");
    }

    private static string Prompt(int[] numbers, int target) =>
        Text($"{numbers[0]} {numbers[1]} {numbers[2]}={target}:");

    private static bool TryEvaluate(string text, out List<int> numbers, out int value)
    {
        numbers = [];
        value = 0;
        int position = 0;
        int sign = 1;
        while (true)
        {
            int start = position;
            while (position < text.Length && char.IsAsciiDigit(text[position]))
                position++;
            if (position == start || position - start > 3)
                return false;
            int number = int.Parse(text.AsSpan(start, position - start), CultureInfo.InvariantCulture);
            numbers.Add(number);
            value += sign * number;
            if (position == text.Length)
                return true;
            if (text[position] is not ('+' or '-'))
                return false;
            sign = text[position++] == '+' ? 1 : -1;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
