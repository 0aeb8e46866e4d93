// Owns what a routing policy answers.
namespace Tern.Scheduling.Routing;

/// <summary>Where a request goes, or why nowhere.</summary>
public readonly record struct RoutingDecision
{
    private RoutingDecision(Replica? replica, Replica? fetchFrom, int fetchTokens, string? rejection) =>
        (Replica, FetchFrom, FetchTokens, Rejection) = (replica, fetchFrom, fetchTokens, rejection);

    /// <summary>The replica that serves it; null if it is rejected.</summary>
    public Replica? Replica { get; }

    /// <summary>A replica whose cached prefix of it is copied to <see cref="Replica"/> first; null if none.</summary>
    public Replica? FetchFrom { get; }

    /// <summary>Tokens of that prefix, what <see cref="Replica"/> has of it included.</summary>
    public int FetchTokens { get; }

    /// <summary>Why it is rejected, or null.</summary>
    public string? Rejection { get; }

    /// <summary>The request goes to <paramref name="replica"/>.</summary>
    public static RoutingDecision To(Replica replica) => new(replica, null, 0, null);

    /// <summary>The request goes to <paramref name="replica"/> after <paramref name="tokens"/> tokens of prefix are copied there.</summary>
    public static RoutingDecision To(Replica replica, Replica fetchFrom, int tokens) =>
        new(replica, fetchFrom, tokens, null);

    /// <summary>The request is turned away (HTTP 429).</summary>
    public static RoutingDecision Reject(string why) => new(null, null, 0, why);
}
