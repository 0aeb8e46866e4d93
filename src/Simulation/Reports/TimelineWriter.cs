// Owns the table of what happened to each request.
using System.Globalization;
using Tern.Scheduling;

namespace Tern.Simulation.Reports;

/// <summary>Writes timelines as CSV: the same run gives the same bytes.</summary>
public static class TimelineWriter
{
    /// <summary>Writes a header and one line for each timeline; times in ms, empty for what has not happened.</summary>
    public static void Write(TextWriter writer, IEnumerable<RequestTimeline> timelines)
    {
        writer.Write(
            "request,prompt_tokens,cached_tokens,generated_tokens,preemptions,arrival_ms,first_scheduled_ms,first_token_ms,finish_ms\n"
        );
        foreach (var t in timelines)
        {
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{t.RequestId},{t.PromptTokens},{t.CachedTokens},{t.GeneratedTokens},{t.Preemptions},{Ms(t.ArrivalMs)},{Ms(t.FirstScheduledMs)},{Ms(t.FirstTokenMs)},{Ms(t.FinishMs)}\n"
                )
            );
        }
    }

    private static string Ms(double ms) => double.IsNaN(ms) ? "" : ms.ToString("R", CultureInfo.InvariantCulture);
}
