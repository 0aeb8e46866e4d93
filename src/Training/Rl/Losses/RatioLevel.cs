// Owns the list of what a probability ratio is taken over.
namespace Tern.Training.Rl.Losses;

/// <summary>What new and old probabilities are compared for.</summary>
public enum RatioLevel
{
    /// <summary>Each token (PPO, arXiv 1707.06347).</summary>
    Token,

    /// <summary>The answer: the geometric mean over its tokens (GSPO, arXiv 2507.18071).</summary>
    Sequence,
}
