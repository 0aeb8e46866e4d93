// Owns the list of ways to turn a group's rewards into advantages.
namespace Tern.Training.Rl.Losses;

/// <summary>How an answer is compared with the others to its prompt.</summary>
public enum AdvantageKind
{
    /// <summary>(reward - mean) / (deviation + 1e-6) (GRPO, arXiv 2402.03300).</summary>
    Grpo,

    /// <summary>reward - mean (Dr. GRPO, arXiv 2503.20783).</summary>
    DrGrpo,
}
