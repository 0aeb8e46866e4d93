// Owns the addition task.
using System.Globalization;

namespace Tern.Training.Rl.Tasks;

/// <summary>Two-digit addition: "27+48=" is solved by "75". The warm start is the truth, of which it should see only a little.</summary>
public sealed class AdditionTask : IRlTask
{
    private const int Pairs = 90 * 90;

    /// <inheritdoc/>
    public int TrainingPrompts => Pairs - HeldOutPrompts;

    /// <inheritdoc/>
    public int HeldOutPrompts => 400;

    /// <inheritdoc/>
    public int MaxAnswerTokens => 5;

    /// <inheritdoc/>
    public string Prompt(int index)
    {
        var (a, b) = Terms(index);
        return string.Create(CultureInfo.InvariantCulture, $"{a}+{b}=");
    }

    /// <inheritdoc/>
    public double Reward(int index, string answer)
    {
        var (a, b) = Terms(index);
        return answer == (a + b).ToString(CultureInfo.InvariantCulture) ? 1 : 0;
    }

    /// <inheritdoc/>
    public (string Prompt, string Answer) WarmStart(long index, ulong seed)
    {
        var random = new TaskRandom(seed, (ulong)index);
        var (a, b) = Terms(random.Below(TrainingPrompts));
        return (
            string.Create(CultureInfo.InvariantCulture, $"{a}+{b}="),
            (a + b).ToString(CultureInfo.InvariantCulture)
        );
    }

    /// <summary>All pairs in an order that mixes them: 4,793 has no divisor in common with 8,100.</summary>
    private static (int A, int B) Terms(int index)
    {
        int pair = (int)((long)index * 4793 % Pairs);
        return (10 + pair / 90, 10 + pair % 90);
    }
}
