// Owns the task that the tests of this folder learn: small, dense, learned in a moment.
using Tern.Training.Rl.Tasks;

namespace Tern.Training.Tests.Rl;

/// <summary>The prompt "7>" wants a long answer; answers of the warm start are up to five letters.</summary>
internal sealed class LetterTask : IRlTask
{
    private const int Longest = 5;

    public int TrainingPrompts { get; init; } = 24;

    public int HeldOutPrompts => 2;

    public int MaxAnswerTokens => Longest + 2;

    /// <summary>Replaces the reward: the share of the longest length.</summary>
    public Func<int, string, double> Judge { get; init; } =
        (_, answer) => Math.Min(answer.Length, Longest) / (double)Longest;

    public string Prompt(int index) => $"{index}>";

    public double Reward(int index, string answer) => Judge(index, answer);

    public (string Prompt, string Answer) WarmStart(long index, ulong seed)
    {
        var random = new TaskRandom(seed, (ulong)index);
        var answer = new char[random.Between(1, Longest)];
        foreach (ref char letter in answer.AsSpan())
            letter = (char)('a' + random.Below(8));
        return (Prompt(random.Below(TrainingPrompts)), new string(answer));
    }
}
