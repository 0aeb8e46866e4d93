// Owns the Countdown task: reach a target from three numbers, by trying.
using System.Globalization;

namespace Tern.Training.Rl.Tasks;

/// <summary>
/// Countdown with three numbers, + and -: the prompt "3 7 12=16:" is solved by an answer whose last try is true and reaches the
/// target, "3+7+12=22 7+12-3=16". The warm start shows a searcher without patience: it tries at random what it has not tried,
/// stops at the target, and gives up after every other miss, so most of what it shows fails. To go on is for reinforcement to find.
/// </summary>
public sealed class CountdownTask : IRlTask
{
    private const int Largest = 10;
    private const int Training = 500;
    private const int HeldOut = 200;

    /// <summary>Ways to sign three numbers that differ in more than order.</summary>
    private const int MostTries = 7;
    private const int TokensOfTry = 11;
    private const ulong PromptKey = 0xc0;
    private const ulong UnreachableKey = 0xc1;

    /// <summary>Of a hundred misses in the warm start, those after which it gives up: most, so that the likeliest is one try.</summary>
    private const int GivesUpOfHundred = 55;

    private readonly List<Problem> _problems;
    private readonly HashSet<string> _heldOut;

    /// <param name="unreachable">
    /// Share of the prompts to learn from that have no solution, as in data that nobody has looked through; held-out ones all have one.
    /// </param>
    public CountdownTask(double unreachable = 0)
    {
        _problems = DrawProblems();
        _heldOut = [.. _problems.Skip(Training).Select(problem => problem.Key)];
        for (int i = 0; i < Training; i++)
        {
            var random = new TaskRandom(UnreachableKey, (ulong)i);
            if (random.Uniform() < unreachable)
                _problems[i] = _problems[i].MadeUnreachable(ref random);
        }
    }

    /// <inheritdoc/>
    public int TrainingPrompts => Training;

    /// <inheritdoc/>
    public int HeldOutPrompts => HeldOut;

    /// <inheritdoc/>
    public int MaxAnswerTokens => MostTries * TokensOfTry;

    /// <inheritdoc/>
    public string Prompt(int index)
    {
        var problem = _problems[index];
        return Prompt(problem.Numbers, problem.Target);
    }

    /// <inheritdoc/>
    public double Reward(int index, string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var problem = _problems[index];
        string last = answer[(answer.LastIndexOf(' ') + 1)..];
        return
            TryEvaluate(last, out var used, out int value, out int claimed)
            && value == problem.Target
            && value == claimed
            && used.Order().SequenceEqual(problem.Numbers.Order())
            ? 1
            : 0;
    }

    /// <inheritdoc/>
    public (string Prompt, string Answer) WarmStart(long index, ulong seed)
    {
        var random = new TaskRandom(seed, (ulong)index);
        Problem problem;
        do problem = Problem.Draw(ref random);
        while (_heldOut.Contains(problem.Key));
        var tries = new List<string>();
        var values = new HashSet<int>();
        do
        {
            string text;
            int value;
            do text = Try(ref random, problem.Numbers, out value);
            while (!values.Add(value));
            tries.Add(text);
        } while (!values.Contains(problem.Target) && random.Below(100) >= GivesUpOfHundred);
        return (Prompt(problem.Numbers, problem.Target), string.Join(' ', tries));
    }

    private static List<Problem> DrawProblems()
    {
        var problems = new List<Problem>(Training + HeldOut);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var random = new TaskRandom(PromptKey, 0);
        while (problems.Count < Training + HeldOut)
        {
            var problem = Problem.Draw(ref random);
            if (seen.Add(problem.Key))
                problems.Add(problem);
        }
        return problems;
    }

    /// <summary>The numbers in a random order, joined by random signs, and what they come to.</summary>
    private static string Try(ref TaskRandom random, int[] numbers, out int value)
    {
        int[] order = [.. numbers];
        random.Shuffle(order);
        bool addsSecond = random.Below(2) == 0;
        bool addsThird = random.Below(2) == 0;
        value = order[0] + (addsSecond ? order[1] : -order[1]) + (addsThird ? order[2] : -order[2]);
        return Text($"{order[0]}{(addsSecond ? '+' : '-')}{order[1]}{(addsThird ? '+' : '-')}{order[2]}={value}");
    }

    private static string Prompt(int[] numbers, int target) =>
        Text($"{numbers[0]} {numbers[1]} {numbers[2]}={target}:");

    /// <summary>Reads "7+12-3=16": numbers of up to three digits, joined by signs, and the value that is claimed.</summary>
    private static bool TryEvaluate(string text, out List<int> numbers, out int value, out int claimed)
    {
        (numbers, value, claimed) = ([], 0, 0);
        int position = 0;
        for (int sign = 1; ; sign = text[position++] == '+' ? 1 : -1)
        {
            int start = position;
            while (position < text.Length && char.IsAsciiDigit(text[position]))
                position++;
            if (position == start || position - start > 3)
                return false;
            int number = int.Parse(text.AsSpan(start, position - start), CultureInfo.InvariantCulture);
            numbers.Add(number);
            value += sign * number;
            if (position == text.Length || text[position] is not ('+' or '-'))
                break;
        }
        return position < text.Length
            && text[position] == '='
            && int.TryParse(
                text.AsSpan(position + 1),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out claimed
            );
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="Numbers">Three.</param>
    /// <param name="Target">Not negative.</param>
    private sealed record Problem(int[] Numbers, int Target)
    {
        /// <summary>The same for numbers in another order.</summary>
        public string Key { get; } = Prompt([.. Numbers.Order()], Target);

        /// <summary>The same numbers and a target that no try comes to.</summary>
        public Problem MadeUnreachable(ref TaskRandom random)
        {
            var (a, b, c) = (Numbers[0], Numbers[1], Numbers[2]);
            int[] reached = [a + b + c, a + b - c, a - b + c, b + c - a, a - b - c, b - a - c, c - a - b];
            int target;
            do target = random.Between(0, 3 * Largest);
            while (reached.Contains(target));
            return new Problem(Numbers, target);
        }

        /// <summary>One with a solution.</summary>
        public static Problem Draw(ref TaskRandom random)
        {
            while (true)
            {
                int[] numbers = [random.Between(1, Largest), random.Between(1, Largest), random.Between(1, Largest)];
                _ = Try(ref random, numbers, out int target);
                if (target >= 0)
                    return new Problem(numbers, target);
            }
        }
    }
}
