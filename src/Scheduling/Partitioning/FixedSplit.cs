// Owns the sharing policy "always the same units".
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>
/// Gives each phase the same units whenever both run (Bullet's <c>--fixed-prefill-tpcs</c>, <c>--fixed-decode-tpcs</c>), and the whole
/// device to one that is alone. All units to both is sharing without a partition: kernels of the two take turns.
/// </summary>
public sealed class FixedSplit(int units, UnitSplit split) : ISharingPolicy
{
    /// <inheritdoc/>
    public int Units => units;

    /// <inheritdoc/>
    public UnitSplit Choose(
        ISharedLatencyModel estimator,
        in PhaseLoad load,
        ReadOnlySpan<PendingPrompt> pending,
        int running,
        double nowMs
    ) =>
        load.Prefill.Rows == 0 ? new UnitSplit(0, units)
        : load.Decode.Rows == 0 ? new UnitSplit(units, 0)
        : split;
}
