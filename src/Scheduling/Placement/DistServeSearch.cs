// Owns DistServe's two placement algorithms, and what the released code does instead of the first.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Placement;

/// <summary>
/// Places prefill and decode instances (DistServe, OSDI 2024, §4.1 and §4.2). Where the network is fast, the paper optimises each phase for
/// itself (Algorithm 1); where it is slow, both together with each segment of layers in one node (Algorithm 2). The released code searches
/// pairs together in both cases.
/// </summary>
public sealed class DistServeSearch
{
    private readonly PlacementSpace _space;
    private readonly Func<Parallelism, string?> _refuse;
    private readonly Options _options;

    /// <summary>Creates the search.</summary>
    /// <param name="space">What cluster and model allow.</param>
    /// <param name="refuse">Why an instance cannot be run (weights beyond memory, no profile), or null if it can.</param>
    /// <param name="options">The defaults of <see cref="Options"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public DistServeSearch(PlacementSpace space, Func<Parallelism, string?> refuse, Options? options = null)
    {
        (_space, _refuse, _options) = (space, refuse, options ?? new Options());
        _options.Goodput.Validated();
    }

    /// <summary>Finds the plan for a rate with the algorithm that affinity and variant name.</summary>
    /// <param name="rate">Requests per second to serve.</param>
    /// <param name="prefill">Attainment of a prefill instance alone, whose TTFT counts.</param>
    /// <param name="decode">Attainment of a decode instance alone, whose TPOT counts.</param>
    /// <param name="pair">Attainment of a prefill and a decode instance together.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive.</exception>
    /// <exception cref="NoPlacementException">Nothing serves any rate within the objectives.</exception>
    public DisaggregatedPlan Search(
        double rate,
        GoodputSearch.Evaluator<Parallelism> prefill,
        GoodputSearch.Evaluator<Parallelism> decode,
        GoodputSearch.Evaluator<DisaggregatedPlacement> pair
    ) =>
        _options is { Affinity: NodeAffinity.High, Variant: Variant.Paper }
            ? PlanOf(rate, RankPhase(prefill, AttainmentRule.Ttft), RankPhase(decode, AttainmentRule.Tpot))
            : PlanOf(rate, RankPairs(pair));

    /// <summary>One half of Algorithm 1: instances of one phase ranked by the one objective that is theirs.</summary>
    public PlacementRanking<Parallelism> RankPhase(GoodputSearch.Evaluator<Parallelism> phase, AttainmentRule rule) =>
        new GoodputSearch(_options.Goodput with { Rule = rule }).Rank(
            _space.Instances(),
            p => p.Devices,
            phase,
            _refuse
        );

    /// <summary>Algorithm 2, and the released code for both affinities: pairs ranked by both objectives.</summary>
    public PlacementRanking<DisaggregatedPlacement> RankPairs(GoodputSearch.Evaluator<DisaggregatedPlacement> pair) =>
        new GoodputSearch(_options.Goodput).Rank(
            _space.Pairs(_options.Affinity),
            p => p.Gpus,
            pair,
            p => _refuse(p.PrefillInstance) ?? _refuse(p.DecodeInstance)
        );

    private static DisaggregatedPlan PlanOf(
        double rate,
        PlacementRanking<Parallelism> prefill,
        PlacementRanking<Parallelism> decode
    )
    {
        var (bestPrefill, bestDecode) = (WinnerOf(prefill, "prefill: "), WinnerOf(decode, "decode: "));
        string?[] prices = [prefill.PriceOfSecond(rate), decode.PriceOfSecond(rate)];
        return new DisaggregatedPlan
        {
            Rate = rate,
            Prefill = bestPrefill.Placement,
            PrefillInstances = bestPrefill.Replicas(rate),
            Decode = bestDecode.Placement,
            DecodeInstances = bestDecode.Replicas(rate),
            CrossPipeline = 1,
            Reason = $"prefill: {prefill.Reason}; decode: {decode.Reason}",
            PriceOfSecond = prices switch
            {
                [null, null] => null,
                [{ } p, null] => $"prefill: {p}",
                [null, { } d] => $"decode: {d}",
                _ => $"prefill: {prices[0]}; decode: {prices[1]}",
            },
        };
    }

    private static DisaggregatedPlan PlanOf(double rate, PlacementRanking<DisaggregatedPlacement> pairs)
    {
        var best = WinnerOf(pairs, "");
        var replicas = best.Replicas(rate);
        return new DisaggregatedPlan
        {
            Rate = rate,
            Prefill = best.Placement.PrefillInstance,
            PrefillInstances = replicas,
            Decode = best.Placement.DecodeInstance,
            DecodeInstances = replicas,
            CrossPipeline = best.Placement.CrossPipeline,
            Reason = pairs.Reason,
            PriceOfSecond = pairs.PriceOfSecond(rate),
        };
    }

    private static RankedPlacement<T> WinnerOf<T>(PlacementRanking<T> ranking, string phase) =>
        ranking.Winner ?? throw new NoPlacementException(phase + ranking.Reason);

    /// <summary>Whose algorithm is used where paper and released code differ.</summary>
    public enum Variant
    {
        /// <summary>High affinity: each phase for itself (Algorithm 1).</summary>
        Paper,

        /// <summary>High affinity: pairs together, as <c>simdistserve</c> does.</summary>
        ReleasedCode,
    }

    /// <summary>How DistServe searches.</summary>
    public sealed record Options
    {
        /// <summary>What the network allows.</summary>
        public NodeAffinity Affinity { get; init; } = NodeAffinity.Low;

        /// <summary>Whose algorithm.</summary>
        public Variant Variant { get; init; } = Variant.Paper;

        /// <summary>How goodput is measured; its rule is used for pairs.</summary>
        public GoodputSearch.Options Goodput { get; init; } = new();
    }
}
