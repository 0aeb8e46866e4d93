// Owns the restore policy "compute everything again".
namespace Tern.Scheduling.Restore;

/// <summary>Computes the whole prefix as if it were not stored; the tier is not used.</summary>
/// <param name="ChunkTokens">Most tokens of one step (CAKE: the token budget, 512).</param>
public sealed record Compute(int ChunkTokens = 512) : IRestorePolicy
{
    /// <inheritdoc/>
    public RestoreStep Next(RestoreState state, int tokenBudget, double nowMs) =>
        new(state.Computing ? 0 : Math.Min(Math.Min(ChunkTokens, tokenBudget), state.Gap), 0);
}
