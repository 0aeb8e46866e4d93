// Owns the one line that tells how fast an answer was.
using System.Globalization;
using Tern.Engine.Requests;

namespace Tern.Cli.Terminal;

/// <summary>Describes an answer's counts and times.</summary>
internal static class PerformanceLine
{
    /// <summary>For instance "[42 prompt tokens (16 cached) at 512/s, 18 generated at 35.2/s, 83 ms to first token]".</summary>
    public static string Of(in GenerationUsage usage)
    {
        int computed = usage.PromptTokens - usage.CachedTokens;
        string cached = usage.CachedTokens > 0 ? $" ({usage.CachedTokens} cached)" : "";
        string decode = usage.CompletionTokens > 1 ? $" at {Rate(usage.CompletionTokens - 1, usage.DecodeMs)}/s" : "";
        return $"[{usage.PromptTokens} prompt tokens{cached} at {Rate(computed, usage.PrefillMs)}/s, {usage.CompletionTokens} generated{decode}, "
            + string.Create(CultureInfo.InvariantCulture, $"{usage.QueueMs + usage.PrefillMs:F0} ms to first token]");
    }

    private static string Rate(int tokens, double ms)
    {
        double rate = ms > 0 ? tokens * 1000 / ms : 0;
        return rate.ToString(rate >= 100 ? "F0" : "F1", CultureInfo.InvariantCulture);
    }
}
