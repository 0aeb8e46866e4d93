// Owns the moments of one request's life, from which every latency figure is computed.
namespace Tern.Scheduling;

/// <summary>When what happened to a request, in ms of the caller's clock; <see cref="double.NaN"/> for what has not happened.</summary>
public sealed class RequestTimeline
{
    internal RequestTimeline(Request request, double arrivalMs)
    {
        RequestId = request.Id;
        PromptTokens = request.PromptTokens;
        ArrivalMs = arrivalMs;
    }

    /// <summary>The request's id.</summary>
    public string RequestId { get; }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; }

    /// <summary>Prompt tokens found in the prefix cache when the request was first admitted.</summary>
    public int CachedTokens { get; internal set; }

    /// <summary>Tokens generated so far, over all answers.</summary>
    public int GeneratedTokens { get; internal set; }

    /// <summary>How often one of its sequences was preempted.</summary>
    public int Preemptions { get; internal set; }

    /// <summary>Prompt tokens whose keys and values were loaded from a slower tier.</summary>
    public int LoadedTokens { get; internal set; }

    /// <summary>When it arrived.</summary>
    public double ArrivalMs { get; }

    /// <summary>When it was first part of a batch.</summary>
    public double FirstScheduledMs { get; internal set; } = double.NaN;

    /// <summary>When its first token was known; minus arrival: TTFT.</summary>
    public double FirstTokenMs { get; internal set; } = double.NaN;

    /// <summary>When its last answer finished or it was cancelled.</summary>
    public double FinishMs { get; internal set; } = double.NaN;

    /// <summary>Whether it ended by cancellation.</summary>
    public bool Cancelled { get; internal set; }
}
