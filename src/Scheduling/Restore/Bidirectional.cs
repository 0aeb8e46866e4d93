// Owns the restore policy "compute from the front, load from the back, until both meet".
namespace Tern.Scheduling.Restore;

/// <summary>
/// CAKE (Jin et al.: Compute Or Load KV Cache? Why Not Both?, ICML 2025, §4 and Algorithm 1). Computing grows dearer with the position,
/// loading does not: so the front is computed and the back loaded. Nothing is predicted; the meeting point moves by itself
/// with the rates. The paper leaves open what happens where they meet. Here tokens belong to the side that began with them: a read or
/// step in flight is awaited, nothing is done twice.
/// </summary>
public sealed class Bidirectional : IRestorePolicy
{
    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public Bidirectional(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public RestoreStep Next(RestoreState state, int tokenBudget, double nowMs)
    {
        var compute = state.Computing ? 0 : Math.Min(Math.Min(_options.ComputeChunk, tokenBudget), state.Gap);
        return new RestoreStep(compute, state.Loading ? 0 : Math.Min(_options.LoadChunk, state.Gap - compute));
    }

    /// <summary>Chunk sizes.</summary>
    public sealed record Options
    {
        /// <summary>Most tokens of one step (§5.1: the token budget, 512).</summary>
        public int ComputeChunk { get; init; } = 512;

        /// <summary>Tokens of one read (§5.1: 128).</summary>
        public int LoadChunk { get; init; } = 128;
    }
}
