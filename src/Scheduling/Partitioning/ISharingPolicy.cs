// Owns the axis "which part of a device each phase gets".
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>Divides the compute units of a device that prefills and decodes at the same time. A pure function.</summary>
public interface ISharingPolicy
{
    /// <summary>Units that are dealt out.</summary>
    int Units { get; }

    /// <summary>Decides; asked again after every few prefill layers and every decode step.</summary>
    /// <param name="estimator">How long steps take on shares of the device.</param>
    /// <param name="load">What is computed and what the decodes have seen so far.</param>
    /// <param name="pending">Prompts without a first token in the order they are served; the first <paramref name="running"/> of them are in <see cref="PhaseLoad.Prefill"/>.</param>
    /// <param name="running">How many of <paramref name="pending"/> are being prefilled.</param>
    /// <param name="nowMs">Now.</param>
    UnitSplit Choose(
        ISharedLatencyModel estimator,
        in PhaseLoad load,
        ReadOnlySpan<PendingPrompt> pending,
        int running,
        double nowMs
    );
}
