// Owns the restore policy "both sides where both help, one where the other would only be waited for".
namespace Tern.Scheduling.Restore;

/// <summary>
/// Bidirectional restore with the estimator and the single-resource fallback that CAKE names as future work (ICML 2025). Whenever a side
/// is idle, the tokens left are split anew so that both sides would end together at the rates known by now; a side whose share comes out
/// empty is dropped. Where the two meet, the device computes what a read in flight covers if that is expected to be sooner.
/// <para>
/// Promise: never slower than the better of <see cref="Load"/> and <see cref="Compute"/> by more than 5 % while estimates hold. If they are
/// wrong, or a side slows down on the way, one step and one read come on top: what is in flight until the truth is measured. A dropped
/// side is not measured, so that it became faster is not noticed.
/// </para>
/// </summary>
public sealed class Auto : IRestorePolicy
{
    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public Auto(Options? options = null) => _options = options ?? new Options();

    /// <inheritdoc/>
    public RestoreStep Next(RestoreState state, int tokenBudget, double nowMs)
    {
        if (state.Gap == 0)
            return Meet(state, tokenBudget, nowMs);
        var load = tokenBudget == 0 && !state.Computing ? state.Gap : LoadShare(state, nowMs);
        var compute = state.Computing ? 0 : Math.Min(Math.Min(_options.ComputeChunk, tokenBudget), state.Gap - load);
        var read = state.Loading ? 0 : Math.Min(_options.LoadChunk, load);
        return new RestoreStep(compute, read, state.LoadOverdueMs(nowMs));
    }

    /// <summary>Nothing is left to begin but, perhaps, to compute what a read in flight does not deliver.</summary>
    private RestoreStep Meet(RestoreState state, int tokenBudget, double nowMs)
    {
        if (state.Computing || !state.Loading || tokenBudget == 0)
            return new RestoreStep(0, 0);
        var tokens = Math.Min(Math.Min(_options.ComputeChunk, tokenBudget), state.Loaded - state.Computed);
        return state.ComputeMs(state.Computed, tokens) < state.LoadLeftMs(nowMs)
            ? new RestoreStep(tokens, 0)
            : new RestoreStep(0, 0, state.LoadOverdueMs(nowMs));
    }

    /// <summary>Tokens of the gap to load so that the later side ends as early as possible.</summary>
    private int LoadShare(RestoreState state, double nowMs)
    {
        var (load, computeMs) = (state.Gap, state.ComputeLeftMs(nowMs));
        // Whole steps as long as loading the rest would take longer still.
        while (load > 0)
        {
            var step = Math.Min(_options.ComputeChunk, load);
            var endMs = computeMs + state.ComputeMs(state.LoadedFrom - load, step);
            if (endMs > LoadEndMs(state, load - step, nowMs))
                break;
            (load, computeMs) = (load - step, endMs);
        }
        // The last step may be shorter, or none.
        var (best, bestMs) = (load, Math.Max(computeMs, LoadEndMs(state, load, nowMs)));
        for (
            var tokens = _options.LoadChunk;
            tokens < _options.ComputeChunk + _options.LoadChunk;
            tokens += _options.LoadChunk
        )
        {
            var step = Math.Min(tokens, load);
            var endMs = Math.Max(
                computeMs + state.ComputeMs(state.LoadedFrom - load, step),
                LoadEndMs(state, load - step, nowMs)
            );
            if (step > 0 && endMs < bestMs)
                (best, bestMs) = (load - step, endMs);
        }
        return best;
    }

    private double LoadEndMs(RestoreState state, int tokens, double nowMs)
    {
        var (whole, rest) = Math.DivRem(tokens, _options.LoadChunk);
        return state.LoadLeftMs(nowMs)
            + whole * state.LoadMs(_options.LoadChunk, nowMs)
            + (rest > 0 ? state.LoadMs(rest, nowMs) : 0);
    }

    /// <summary>Chunk sizes.</summary>
    public sealed record Options
    {
        /// <summary>Most tokens of one step (CAKE, §5.1: the token budget, 512).</summary>
        public int ComputeChunk { get; init; } = 512;

        /// <summary>Tokens of one read (CAKE, §5.1: 128).</summary>
        public int LoadChunk { get; init; } = 128;
    }
}
