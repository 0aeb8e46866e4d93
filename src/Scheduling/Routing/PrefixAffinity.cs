// Owns the routing policy "to whoever holds the longest prefix, unless it has far more to do than others".
namespace Tern.Scheduling.Routing;

/// <summary>
/// Cache-aware routing as in SGLang's router: the replica with the longest cached prefix if that is a good part of the prompt and the load
/// is balanced, else the one with the fewest outstanding requests.
/// </summary>
public sealed class PrefixAffinity : IRoutingPolicy
{
    private readonly Options _options;
    private readonly PrefixIndex? _index;

    /// <summary>Creates the policy.</summary>
    public PrefixAffinity(Options? options = null)
        : this(options ?? new Options(), null) { }

    private PrefixAffinity(Options options, PrefixIndex? index) => (_options, _index) = (options, index);

    /// <inheritdoc/>
    public IRoutingPolicy For(ReplicaSet replicas) => new PrefixAffinity(_options, PrefixIndex.Of(replicas));

    /// <inheritdoc/>
    public RoutingDecision Route(Request request, ReplicaSet replicas, double nowMs)
    {
        var index = _index ?? throw PrefixIndex.Missing();
        var (chosen, least) = (replicas.LeastOutstanding, replicas.LeastOutstanding.Outstanding);
        Span<PrefixHit> hits = stackalloc PrefixHit[1];
        if (index.Longest(request, hits) > 0 && hits[0].Tokens >= _options.MatchShare * request.PromptTokens)
        {
            var holder = replicas.All[hits[0].Replica];
            if (holder.Outstanding - least <= _options.MaxDifference || holder.Outstanding <= _options.MaxRatio * least)
                chosen = holder;
        }
        index.Touch(request, chosen.Index);
        return RoutingDecision.To(chosen);
    }

    /// <summary>The router's defaults.</summary>
    public sealed record Options
    {
        /// <summary>Least share of the prompt that must be cached (<c>cache_threshold</c>).</summary>
        public double MatchShare { get; init; } = 0.5;

        /// <summary>Requests more than the least loaded replica has that are no imbalance (<c>balance_abs_threshold</c>).</summary>
        public int MaxDifference { get; init; } = 32;

        /// <summary>Times the least loaded replica's requests that are no imbalance (<c>balance_rel_threshold</c>).</summary>
        public double MaxRatio { get; init; } = 1.0001;
    }
}
