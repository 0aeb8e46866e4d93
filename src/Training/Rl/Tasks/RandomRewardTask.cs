// Owns the control: a task whose rewards are chance.
using System.Text;

namespace Tern.Training.Rl.Tasks;

/// <summary>A task whose checker throws a coin for every answer: what is learned from it is not the task.</summary>
/// <param name="task">Gives the prompts.</param>
/// <param name="seed">Of the coin.</param>
public sealed class RandomRewardTask(IRlTask task, ulong seed) : IRlTask
{
    /// <inheritdoc/>
    public int TrainingPrompts => task.TrainingPrompts;

    /// <inheritdoc/>
    public int HeldOutPrompts => task.HeldOutPrompts;

    /// <inheritdoc/>
    public int MaxAnswerTokens => task.MaxAnswerTokens;

    /// <inheritdoc/>
    public string Prompt(int index) => task.Prompt(index);

    /// <inheritdoc/>
    public double Reward(int index, string answer)
    {
        ulong key = seed;
        foreach (byte value in Encoding.UTF8.GetBytes(answer))
            key = (key ^ value) * 0x100000001b3;
        return new TaskRandom(key, (ulong)index).Below(2);
    }

    /// <inheritdoc/>
    public (string Prompt, string Answer) WarmStart(long index, ulong seed) => task.WarmStart(index, seed);
}
