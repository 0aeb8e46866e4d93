// Owns DAPO's filter.
namespace Tern.Training.Rl.Samplers;

/// <summary>Groups whose answers differ in reward; others are replaced (dynamic sampling of DAPO, arXiv 2503.14476 §3.2).</summary>
public sealed class ZeroVarianceFilter : IBatchFilter
{
    /// <inheritdoc/>
    public RolloutGroup? Keep(RolloutGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group.IsUniform ? null : group;
    }
}
