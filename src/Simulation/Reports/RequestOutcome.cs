// Owns what a report needs to know of one request.
using Tern.Scheduling;

namespace Tern.Simulation.Reports;

/// <summary>
/// One request as the report sees it: plain numbers, so that a simulated run and a measured log are judged by the same code.
/// </summary>
public readonly record struct RequestOutcome
{
    /// <summary>Tokens of the prompt, at least 1.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public required int GeneratedTokens { get; init; }

    /// <summary>When it arrived, in ms.</summary>
    public required double ArrivalMs { get; init; }

    /// <summary>When its first token was known, in ms; <see cref="double.NaN"/> if never.</summary>
    public required double FirstTokenMs { get; init; }

    /// <summary>When its last token was known, in ms; <see cref="double.NaN"/> if never.</summary>
    public required double FinishMs { get; init; }

    /// <summary>Prompt tokens found in a prefix cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>How often it was preempted.</summary>
    public int Preemptions { get; init; }

    /// <summary>Whether it was cancelled before its end.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Whether it was answered to the end, so that its latencies exist.</summary>
    public bool Served =>
        !Cancelled && GeneratedTokens > 0 && double.IsFinite(FirstTokenMs) && double.IsFinite(FinishMs);

    /// <summary>Reads a scheduler's timeline.</summary>
    public static RequestOutcome Of(RequestTimeline timeline) =>
        new()
        {
            PromptTokens = timeline.PromptTokens,
            GeneratedTokens = timeline.GeneratedTokens,
            ArrivalMs = timeline.ArrivalMs,
            FirstTokenMs = timeline.FirstTokenMs,
            FinishMs = timeline.FinishMs,
            CachedTokens = timeline.CachedTokens,
            Preemptions = timeline.Preemptions,
            Cancelled = timeline.Cancelled,
        };
}
