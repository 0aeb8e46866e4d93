// Owns the sorting task, whose reward is dense.
namespace Tern.Training.Rl.Tasks;

/// <summary>Sorting five digits: "52914>" is solved by "12459". The reward is the share of digits in their places, so
/// learning begins at once; the warm start copies the digits in any order.</summary>
public sealed class SortTask : IRlTask
{
    private const int Digits = 5;
    private const ulong PromptKey = 0x50;

    /// <inheritdoc/>
    public int TrainingPrompts => 2000;

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

    private static string Digit(int index)
    {
        var random = new TaskRandom(PromptKey, (ulong)index);
        var digits = new char[Digits];
        foreach (ref char digit in digits.AsSpan())
            digit = (char)('0' + random.Below(10));
        return new string(digits);
    }
}
