// Owns one answer's part in a policy loss.
namespace Tern.Training.Rl.Losses;

/// <summary>An answer and how it is judged.</summary>
/// <param name="Rollout">The answer.</param>
/// <param name="Advantage">How much better than its group.</param>
/// <param name="Reference">Log-probabilities under the weights that reinforcement began with, or null without a divergence.</param>
public sealed record PolicyTerm(Rollout Rollout, double Advantage, IReadOnlyList<float>? Reference = null);
