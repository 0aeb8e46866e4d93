// Owns the routing policy "to whoever gives the first token first, prefixes counted, and to nobody if that is too late".
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Routing;

/// <summary>
/// Mooncake's cache-aware routing (Qin et al., FAST 2025, Algorithm 1): for each replica TTFT is estimated as the time until its queue of
/// prefills is empty, plus the transfer of a prefix that another replica has much more of, plus the prefill of the rest; the
/// smallest wins. The paper adds transfer and queue; here the one runs while the other empties. Fetching replicates hot blocks. If even
/// the smallest TTFT is beyond the one promised, the request is rejected before anything is computed for it. Up to
/// <see cref="Options.MostCompared"/> replicas are all compared; of more, those that hold the longest prefixes and the least loaded one.
/// </summary>
public sealed class EarliestTtft : IRoutingPolicy
{
    private readonly Options _options;
    private readonly PrefixIndex? _index;
    private readonly double[] _prefillEndMs;

    /// <summary>Creates the policy.</summary>
    public EarliestTtft(Options? options = null)
        : this(options ?? new Options(), null, 0) { }

    private EarliestTtft(Options options, PrefixIndex? index, int replicas) =>
        (_options, _index, _prefillEndMs) = (options, index, new double[replicas]);

    /// <inheritdoc/>
    public IRoutingPolicy For(ReplicaSet replicas) =>
        // Who decodes needs no prefix: what it continues is moved to it whole.
        replicas.All[0].Scheduler.Options.Role == WorkerRole.Decode
            ? new LeastOutstanding()
            : new EarliestTtft(_options, PrefixIndex.Of(replicas), replicas.All.Length);

    /// <inheritdoc/>
    public RoutingDecision Route(Request request, ReplicaSet replicas, double nowMs)
    {
        var index = _index ?? throw PrefixIndex.Missing();
        if (replicas.All is [var only] && !MayReject(only))
            return RoutingDecision.To(only);
        Span<PrefixHit> hits = stackalloc PrefixHit[_options.MostCompared];
        var found = index.Longest(request, hits);
        var best = found > 0 ? hits[0] : default;
        var chosen = default(Estimate);
        if (replicas.All.Length <= _options.MostCompared)
        {
            foreach (var replica in replicas.All)
                Compare(replica);
        }
        else
        {
            foreach (var hit in hits[..found])
                Compare(replicas.All[hit.Replica]);
            Compare(replicas.LeastOutstanding);
        }

        var targetMs = chosen.Replica!.Scheduler.Options.Targets.TtftMs;
        if (MayReject(chosen.Replica) && chosen.TtftMs > targetMs)
            return RoutingDecision.Reject(
                $"the first token would come after {chosen.TtftMs:0} ms; {targetMs:0} ms are promised"
            );
        _prefillEndMs[chosen.Replica.Index] = nowMs + chosen.TtftMs;
        index.Touch(request, chosen.Replica.Index);
        return chosen.Fetches
            ? RoutingDecision.To(chosen.Replica, replicas.All[best.Replica], best.Tokens)
            : RoutingDecision.To(chosen.Replica);

        void Compare(Replica replica)
        {
            var estimate = Of(replica, request, index.TokensAt(request, replica.Index), best, nowMs);
            if (chosen.Replica is null || estimate.TtftMs < chosen.TtftMs)
                chosen = estimate;
        }
    }

    private bool MayReject(Replica replica) =>
        _options.Rejects && !double.IsPositiveInfinity(replica.Scheduler.Options.Targets.TtftMs);

    /// <summary>The earliest first token on one replica.</summary>
    private Estimate Of(Replica replica, Request request, int cached, PrefixHit best, double nowMs)
    {
        // Estimates drift; an empty queue is known.
        var queueMs = replica.PromptBacklog == 0 ? 0 : Math.Max(_prefillEndMs[replica.Index] - nowMs, 0);
        if (best.Tokens <= _options.FetchRatio * cached || best.Replica == replica.Index)
            return new Estimate(replica, queueMs + PrefillMs(replica, request.PromptTokens, cached), Fetches: false);
        var transferMs = _options.TransferMsPerToken * (best.Tokens - cached);
        var prefillMs = PrefillMs(replica, request.PromptTokens, best.Tokens);
        return new Estimate(replica, Math.Max(queueMs, transferMs) + prefillMs, Fetches: true);
    }

    /// <summary>
    /// Ms to compute what is not cached, at least one token, in steps of the replica's budget; where one worker does both, beside the
    /// decodes that it has by now.
    /// </summary>
    private static double PrefillMs(Replica replica, int promptTokens, int cached)
    {
        var scheduler = replica.Scheduler;
        var options = scheduler.Options;
        var estimate =
            options.Estimate
            ?? throw new InvalidOperationException(
                $"{nameof(EarliestTtft)} decides by expected step times; set {nameof(SchedulerOptions)}.{nameof(SchedulerOptions.Estimate)}"
            );
        var decodes = options.Role == WorkerRole.Whole ? scheduler.Running.Length : 0;
        var ms = 0.0;
        for (var first = Math.Min(cached, promptTokens - 1); first < promptTokens; )
        {
            var tokens = Math.Min(Math.Max(options.MaxBatchTokens - decodes, 1), promptTokens - first);
            var step = StepShape.Chunk(first, tokens);
            if (decodes > 0)
                step = step with
                {
                    DecodeTokens = decodes,
                    DecodeContext = (long)scheduler.HeldBlocks * options.BlockSize,
                };
            ms += estimate.StepMs(step);
            first += tokens;
        }
        return ms;
    }

    private readonly record struct Estimate(Replica? Replica, double TtftMs, bool Fetches);

    /// <summary>Constants, and what the link between replicas takes.</summary>
    public sealed record Options
    {
        /// <summary>
        /// A prefix is fetched if another replica has this many times the tokens of it that this one has
        /// (<c>kvcache_balancing_threshold</c>; the paper gives no value). At 0 cached tokens any prefix is.
        /// </summary>
        public double FetchRatio { get; init; } = 2;

        /// <summary>Ms to copy keys and values of a token from one replica to another.</summary>
        public double TransferMsPerToken { get; init; }

        /// <summary>Whether a request is rejected that cannot have its first token within <see cref="LatencyTargets.TtftMs"/> (FAST 2025, §4.1).</summary>
        public bool Rejects { get; init; } = true;

        /// <summary>Replicas looked at for a request; the paper compares all of its 16.</summary>
        public int MostCompared { get; init; } = 16;
    }
}
