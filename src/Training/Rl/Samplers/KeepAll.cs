// Owns the filter that keeps what teaches something.
namespace Tern.Training.Rl.Samplers;

/// <summary>Every group as it is; groups without differences are not replaced, and teach nothing.</summary>
public sealed class KeepAll : IBatchFilter
{
    /// <inheritdoc/>
    public RolloutGroup? Keep(RolloutGroup group) => group;
}
