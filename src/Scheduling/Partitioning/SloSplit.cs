// Owns Bullet's decision: how many compute units each phase gets.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>
/// Bullet's resource rule (ASPLOS 2026, Alg. 1), asked again after every few prefill layers and every decode step. TTFT about to break
/// and TPOT broken: a balanced split. TPOT kept: units go from decode to the prefill, and decode is
/// paused as long as it still holds when a TTFT is about to break. Otherwise units go to decode. The paper names the directions; how
/// far to go (the released code leaves this to a closed library) is here as far as the estimator says that the other phase's limit
/// allows. A pure function.
/// </summary>
public sealed class SloSplit : ISharingPolicy
{
    /// <summary>Creates the rule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 units.</exception>
    public SloSplit(Options settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Units, 2);
        Settings = settings;
    }

    /// <summary>Limits and sizes.</summary>
    public Options Settings { get; }

    /// <inheritdoc/>
    public int Units => Settings.Units;

    /// <inheritdoc/>
    public UnitSplit Choose(
        ISharedLatencyModel estimator,
        in PhaseLoad load,
        ReadOnlySpan<PendingPrompt> pending,
        int running,
        double nowMs
    )
    {
        if (load.Prefill.Rows == 0)
            return new UnitSplit(0, Units);
        if (load.Decode.Rows == 0)
            return new UnitSplit(Units, 0);
        var tpotHolds = load.TpotP90Ms <= Settings.TpotMs;
        var decode = FewestForDecode(estimator, load.Decode);
        var ttftBreaks = BreaksTtft(estimator, load, pending, running, nowMs, Units - decode);
        if (ttftBreaks && !tpotHolds)
            return new UnitSplit(Units - Units / 2, Units / 2);
        if (!tpotHolds)
        {
            var prefill = FewestForPrefill(estimator, load, pending, running, nowMs, Units - decode);
            return new UnitSplit(prefill, Units - prefill);
        }
        var mayPause = load.DecodePausedMs + StepMs(estimator, load.Decode, Units) <= Settings.TpotMs;
        if (ttftBreaks && mayPause)
            return new UnitSplit(Units, 0);
        return new UnitSplit(Units - decode, decode);
    }

    /// <summary>
    /// Whether a prompt would miss its limit if served in this order with this many units, each queued prompt on its own after the
    /// batch in progress.
    /// </summary>
    public bool BreaksTtft(
        ISharedLatencyModel estimator,
        in PhaseLoad load,
        ReadOnlySpan<PendingPrompt> pending,
        int running,
        double nowMs,
        int units
    )
    {
        var endMs = nowMs + load.PrefillLeft * StepMs(estimator, load.Prefill, units);
        for (var i = 0; i < pending.Length; i++)
        {
            if (i >= running)
                endMs += StepMs(estimator, StepShape.Prefill(pending[i].Tokens), units);
            if (endMs - pending[i].ArrivalMs > Settings.NormalizedTtftMs * pending[i].Tokens)
                return true;
        }
        return false;
    }

    private int FewestForDecode(ISharedLatencyModel estimator, in StepShape decode)
    {
        var (low, high) = (1, Settings.Units - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (StepMs(estimator, decode, middle) <= Settings.TpotMs)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private int FewestForPrefill(
        ISharedLatencyModel estimator,
        in PhaseLoad load,
        ReadOnlySpan<PendingPrompt> pending,
        int running,
        double nowMs,
        int most
    )
    {
        var (low, high) = (1, most);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (BreaksTtft(estimator, load, pending, running, nowMs, middle))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private double StepMs(ISharedLatencyModel estimator, in StepShape step, int units) =>
        estimator.StepMs(step, new DeviceShare((double)units / Units, units < Units));

    /// <summary>Limits and sizes, as in the released code unless a data set of the paper is named.</summary>
    public sealed record Options
    {
        /// <summary>Units that are dealt out: texture processing clusters of 2 SMs (A100 54, H100 66, H20 39).</summary>
        public int Units { get; init; } = 54;

        /// <summary>Limit of TTFT in ms for each token of the prompt (<c>--ttft-norm-slo</c>).</summary>
        public double NormalizedTtftMs { get; init; } = 5;

        /// <summary>Limit of TPOT in ms (<c>--tpot-norm-slo</c>).</summary>
        public double TpotMs { get; init; } = 150;

        /// <summary>Tokens up to which prompts join a prefill batch (<c>--bullet-max-prefill-tokens</c>); a longer one goes alone.</summary>
        public int MaxPrefillTokens { get; init; } = 1664;

        /// <summary>The paper's limits for ShareGPT.</summary>
        public static Options ShareGpt { get; } = new() { NormalizedTtftMs = 3 };

        /// <summary>The paper's limits for Azure-Code.</summary>
        public static Options AzureCode { get; } = new() { NormalizedTtftMs = 1.5, TpotMs = 200 };

        /// <summary>The paper's limits for arXiv-Summarization.</summary>
        public static Options ArxivSummarization { get; } = new() { NormalizedTtftMs = 1.5, TpotMs = 175 };
    }
}
