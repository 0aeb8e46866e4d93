// Owns the sorting task in little, for a test that learns it in seconds.
using Tern.Training.Rl.Tasks;

namespace Tern.Training.Tests.Rl;

/// <summary>"cab>" is solved by "abc"; the reward is the share of letters in their places, and the warm start has them in any order.</summary>
internal sealed class ShortSortTask : IRlTask
{
    private const int Length = 3;

    public int TrainingPrompts => 50;

    public int HeldOutPrompts => 14;

    public int MaxAnswerTokens => Length + 1;

    public string Prompt(int index) => Letters(index * 27) + ">";

    public double Reward(int index, string answer)
    {
        string sorted = string.Concat(Letters(index * 27).Order());
        return answer.Length == Length
            ? sorted.Zip(answer).Count(pair => pair.First == pair.Second) / (double)Length
            : 0;
    }

    public (string Prompt, string Answer) WarmStart(long index, ulong seed)
    {
        var random = new TaskRandom(seed, (ulong)index);
        string letters = Letters(random.Below(64));
        int[] order = [0, 1, 2];
        random.Shuffle(order);
        return (letters + ">", string.Concat(order.Select(place => letters[place])));
    }

    /// <summary>The digits of a number to the base of four.</summary>
    private static string Letters(int number) =>
        string.Concat(Enumerable.Range(0, Length).Select(place => (char)('a' + (number >> (2 * place)) % 4)));
}
