// Owns one answer's part in a policy loss.
namespace Tern.Training.Rl.Losses;

/// <summary>An answer and how it is judged.</summary>
/// <param name="Rollout">The answer.</param>
/// <param name="Advantage">How much better than its group.</param>
/// <param name="Reference">Log-probabilities under the weights that reinforcement began with, or null without a divergence.</param>
public sealed record PolicyTerm(Rollout Rollout, double Advantage, IReadOnlyList<float>? Reference = null)
{
    /// <summary>
    /// The answers of groups that teach something, in their order. Groups without differences are left out before anything is
    /// counted: they add exactly 0, to the divergence too, and the mean is over the others.
    /// </summary>
    public static IReadOnlyList<PolicyTerm> Of(IEnumerable<RolloutGroup> groups, AdvantageKind kind)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var terms = new List<PolicyTerm>();
        foreach (var group in groups.Where(group => !group.IsUniform))
        {
            var advantages = Advantages.Of(group, kind);
            terms.AddRange(group.Rollouts.Zip(advantages, (rollout, advantage) => new PolicyTerm(rollout, advantage)));
        }
        return terms;
    }
}
