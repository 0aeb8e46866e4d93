// Owns the last seam of sampling: which answers are learned from.
namespace Tern.Training.Rl.Samplers;

/// <summary>Looks at finished groups.</summary>
public interface IBatchFilter
{
    /// <summary>What of a group is learned from: all, some answers, or null for nothing, and then another group may take its place.</summary>
    RolloutGroup? Keep(RolloutGroup group);
}
