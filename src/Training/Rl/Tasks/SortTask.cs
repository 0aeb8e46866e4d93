// Owns the sorting task, whose reward is dense.
namespace Tern.Training.Rl.Tasks;

/// <summary>Sorting five digits: "52914>" is solved by "12459". The reward is the share of digits in their places, so
/// learning begins at once; the warm start copies the digits in any order.</summary>
public sealed class SortTask : IRlTask
{
    private const int Digits = 5;
    private const int Training = 2000;
    private const ulong PromptKey = 0x50;

    /// <summary>No held-out prompt is one of these.</summary>
    private static readonly Lazy<HashSet<string>> s_training = new(() =>
        [.. Enumerable.Range(0, Training).Select(Digit)]
    );

    /// <inheritdoc/>
    public int TrainingPrompts => Training;

    /// <inheritdoc/>
    public int HeldOutPrompts => 200;

    /// <inheritdoc/>
    public int MaxAnswerTokens => Digits + 2;

    /// <inheritdoc/>
    public string Prompt(int index) => Digit(index) + ">";

    /// <inheritdoc/>
    public double Reward(int index, string answer)
    {
        string sorted = string.Concat(Digit(index).Order());
        if (answer.Length != Digits)
            return 0;
        int right = 0;
        for (int i = 0; i < Digits; i++)
            right += answer[i] == sorted[i] ? 1 : 0;
        return (double)right / Digits;
    }

    /// <inheritdoc/>
    public (string Prompt, string Answer) WarmStart(long index, ulong seed)
    {
        var random = new TaskRandom(seed, (ulong)index);
        int[] digits = [.. Enumerable.Range(0, Digits)];
        for (int i = 0; i < Digits; i++)
            digits[i] = random.Below(10);
        string prompt = string.Concat(digits) + ">";
        random.Shuffle(digits);
        return (prompt, string.Concat(digits));
    }

    /// <summary>The digits of a prompt; held-out ones are drawn again until they are none to learn from.</summary>
    private static string Digit(int index)
    {
        var random = new TaskRandom(PromptKey, (ulong)index);
        var digits = new char[Digits];
        while (true)
        {
            foreach (ref char digit in digits.AsSpan())
                digit = (char)('0' + random.Below(10));
            string text = new(digits);
            if (index < Training || !s_training.Value.Contains(text))
                return text;
        }
    }
}
