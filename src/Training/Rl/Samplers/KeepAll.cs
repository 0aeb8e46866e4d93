// Owns the filter that keeps what teaches something.
namespace Tern.Training.Rl.Samplers;

/// <summary>Every group as it is; groups without differences stay in the batch and add exactly 0.</summary>
public sealed class KeepAll : IBatchFilter
{
    /// <inheritdoc/>
    public RolloutGroup? Keep(RolloutGroup group) => group;
}
