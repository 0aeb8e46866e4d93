// Owns planning each phase for itself: as many prefill and as many decode instances as the rate needs.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;

namespace Tern.Simulation.Planning;

/// <summary>
/// Algorithm 1 (DistServe, OSDI 2024, §4.1) on the simulator: the best prefill instance by TTFT and the best decode instance by TPOT, each
/// as often as the rate needs. Phases that are each in time need not be in time together, so the whole is simulated once more.
/// </summary>
public static class IndependentPhases
{
    /// <summary>The deployment for a rate with exactly that goodput; null if a phase has no instance in time or the whole misses the target.</summary>
    /// <param name="system">A system with workers of their own for each phase.</param>
    /// <param name="space">What cluster and model allow.</param>
    /// <param name="evaluator">Who simulates.</param>
    /// <param name="options">How goodput is measured; its rule is that of the whole.</param>
    /// <param name="rate">Requests per second.</param>
    public static RankedPlacement<Deployment>? For(
        ServingSystem system,
        PlacementSpace space,
        DeploymentEvaluator evaluator,
        GoodputSearch.Options options,
        double rate
    )
    {
        var prefill = Best(AttainmentRule.Ttft, (cut, r) => evaluator.EvaluatePrefill(system, cut, r));
        var decode = Best(AttainmentRule.Tpot, (cut, r) => evaluator.EvaluateDecode(system, cut, r));
        if (prefill is null || decode is null)
            return null;
        var pair = new DisaggregatedPlacement(1, prefill.Placement, decode.Placement);
        var deployment = Deployment.Of(system, pair, NodeAffinity.High) with
        {
            PrefillInstances = prefill.Replicas(rate),
            DecodeInstances = decode.Replicas(rate),
        };
        if (deployment.Gpus > space.Gpus)
            return null;
        return new GoodputSearch(options).IsServed(evaluator.Evaluate(deployment, rate))
            ? new(deployment, deployment.Gpus, rate / deployment.Gpus)
            : null;

        RankedPlacement<Parallelism>? Best(AttainmentRule rule, GoodputSearch.Evaluator<Parallelism> evaluate) =>
            new GoodputSearch(options with { Rule = rule })
                .Rank(space.Instances(), cut => cut.Devices, evaluate, evaluator.Refuse)
                .Winner;
    }
}
