// Owns the state of one request on elastic instances.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>One request: how far it is and where its keys and values lie.</summary>
public sealed class ElasticSequence
{
    internal ElasticSequence(Request request, long ordinal, KvPlacement placement, double nowMs)
    {
        Request = request;
        Ordinal = ordinal;
        Placement = placement;
        Timeline = new RequestTimeline(request, request.ArrivalMs ?? nowMs);
    }

    /// <summary>The request.</summary>
    public Request Request { get; }

    /// <summary>Order of arrival.</summary>
    public long Ordinal { get; }

    /// <summary>Its timeline.</summary>
    public RequestTimeline Timeline { get; }

    /// <summary>Where its keys and values lie.</summary>
    public KvPlacement Placement { get; }

    /// <summary>Tokens generated.</summary>
    public int Generated => Timeline.GeneratedTokens;

    /// <summary>Prompt and generated tokens.</summary>
    public int TokenCount => Request.PromptTokens + Generated;

    /// <summary>Tokens it may still generate.</summary>
    public int Remaining => Request.MaxNewTokens - Generated;

    /// <summary>Why it is over.</summary>
    public SequenceEnd End { get; internal set; }

    /// <summary>Whether an iteration that computes it has started and not completed.</summary>
    internal bool InFlight { get; set; }
}
