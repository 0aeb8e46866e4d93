// Owns the restore policy "load everything".
namespace Tern.Scheduling.Restore;

/// <summary>Reads the whole prefix from its tier (LMCache, Mooncake and other caches); the device is not used.</summary>
/// <param name="ChunkTokens">Tokens of one read (CAKE: 128).</param>
public sealed record Load(int ChunkTokens = 128) : IRestorePolicy
{
    /// <inheritdoc/>
    public RestoreStep Next(RestoreState state, int tokenBudget, double nowMs) =>
        new(0, state.Loading ? 0 : Math.Min(ChunkTokens, state.Gap));
}
