// Owns what reinforcement learning asks of a task.
namespace Tern.Training.Rl.Tasks;

/// <summary>Prompts whose answers can be checked. Prompt numbers mean the same in every run.</summary>
public interface IRlTask
{
    /// <summary>Prompts to learn from.</summary>
    int TrainingPrompts { get; }

    /// <summary>Prompts that are never learned from.</summary>
    int HeldOutPrompts { get; }

    /// <summary>Most tokens of an answer.</summary>
    int MaxAnswerTokens { get; }

    /// <summary>The text of a prompt; held-out ones follow the training ones.</summary>
    string Prompt(int index);

    /// <summary>
    /// The reward of an answer, from 0 to 1, where 1 is a solution. May be called from several threads; a call that throws or
    /// does not return in time counts as 0.
    /// </summary>
    double Reward(int index, string answer);

    /// <summary>Text number <paramref name="index"/> of the warm start: a prompt and an answer of the right form, after which
    /// reinforcement begins; the answer need not be a solution.</summary>
    (string Prompt, string Answer) WarmStart(long index, ulong seed);
}
