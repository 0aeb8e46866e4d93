// Owns what a policy may know beside the sequences: the time, the sizes, an estimate of step times.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling;

/// <summary>The surroundings of a decision. One for each scheduler; only <see cref="NowMs"/> changes.</summary>
public sealed class SchedulingContext
{
    internal SchedulingContext(SchedulerOptions options) => Options = options;

    /// <summary>Now, in ms of the caller's clock.</summary>
    public double NowMs { get; internal set; }

    /// <summary>Sizes and limits.</summary>
    public SchedulerOptions Options { get; }

    /// <summary>How long steps are expected to take.</summary>
    /// <exception cref="InvalidOperationException">The scheduler was given none.</exception>
    public ILatencyModel Estimate =>
        Options.Estimate
        ?? throw new InvalidOperationException(
            $"this serving system decides by expected step times; set {nameof(SchedulerOptions)}.{nameof(SchedulerOptions.Estimate)}"
        );
}
