// Owns the list of ways to average a loss over tokens and answers.
namespace Tern.Training.Rl.Losses;

/// <summary>The weight of a token.</summary>
public enum Aggregation
{
    /// <summary>Answers weigh the same, and in each its tokens (GRPO).</summary>
    SequenceMean,

    /// <summary>All tokens of the batch weigh the same (DAPO's token-level loss).</summary>
    TokenMean,

    /// <summary>Tokens weigh 1 / (answers · longest answer), so that length does not matter (Dr. GRPO).</summary>
    Constant,
}
