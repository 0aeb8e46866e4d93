// Owns the search for the deployment that a cluster should run.
using System.Globalization;
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Planning;

/// <summary>
/// Simulates every way to serve a model on a cluster, phases together and apart, and ranks them: for a wanted rate by the devices it takes,
/// without one by what the whole cluster serves; of equals the one with more goodput for each device first (DistServe, OSDI 2024, §4).
/// </summary>
public sealed class Planner
{
    private readonly ClusterDescription _cluster;
    private readonly ModelShape _model;
    private readonly DeploymentEvaluator _evaluator;
    private readonly Options _options;

    /// <summary>Creates a planner.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="model">The model; its heads and layers bound the parallelism.</param>
    /// <param name="evaluator">Who tells what share of the requests a deployment serves in time.</param>
    /// <param name="options">The defaults of <see cref="Options"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public Planner(ClusterDescription cluster, ModelShape model, DeploymentEvaluator evaluator, Options? options = null)
    {
        (_cluster, _model, _evaluator, _options) = (cluster, model, evaluator, options ?? new Options());
        _options.Goodput.Validated();
    }

    /// <summary>Every deployment whose goodput is searched for; a plan for a rate adds what <see cref="IndependentPhases"/> finds.</summary>
    public IEnumerable<Deployment> Candidates()
    {
        var space = Space;
        foreach (var system in _options.Colocated)
        foreach (var cut in space.Instances())
            yield return Deployment.Of(system, cut);
        foreach (var system in _options.Disaggregated)
        {
            foreach (var pair in space.Pairs(NodeAffinity.Low))
                yield return Deployment.Of(system, pair, NodeAffinity.Low);
            // Pairs that a node holds are above; tensor parallelism over the network is not worth a simulation.
            foreach (var pair in space.Pairs(NodeAffinity.High))
            {
                if (
                    pair.Gpus > _cluster.GpusPerNode
                    && Math.Max(pair.Prefill.Tensor, pair.Decode.Tensor) <= _cluster.GpusPerNode
                )
                    yield return Deployment.Of(system, pair, NodeAffinity.High);
            }
        }
    }

    /// <summary>The plan for a rate, or for all that the cluster can serve.</summary>
    /// <param name="rate">Requests per second to serve; null for as many as possible.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and finite.</exception>
    /// <exception cref="NoPlacementException">Nothing serves within the objective, or the cluster is too small for the rate.</exception>
    public DeploymentPlan Plan(double? rate = null)
    {
        if (rate is { } wanted && !(wanted > 0 && double.IsFinite(wanted)))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "a rate must be positive and finite");
        var ranking = new GoodputSearch(_options.Goodput).Rank(
            Candidates(),
            deployment => deployment.Gpus,
            _evaluator.Evaluate,
            deployment =>
                deployment.CopiesOn(_cluster) == 0
                    ? $"{deployment} does not fit the nodes"
                    : _evaluator.Refuse(deployment)
        );
        var served = ranking.Ranked.Where(ranked => ranked.GoodputPerGpu > 0).ToList();
        if (rate is { } given)
            served.AddRange(PhasesApart(given));
        if (served.Count == 0)
            throw new NoPlacementException(ranking.Reason);
        var choices = served.Select(ranked => Choice.Of(ranked, _cluster, rate)).ToList();
        var able = choices.Where(choice => choice.Copies <= choice.MostCopies).ToList();
        if (able.Count == 0)
        {
            var most = choices.MaxBy(choice => choice.MostCopies * choice.Ranked.Goodput)!;
            throw new NoPlacementException(
                $"{Text(rate!.Value)} req/s need more than the {_cluster.Gpus} GPUs there are; at most they serve {Text(most.MostCopies * most.Ranked.Goodput)} req/s, with {most.MostCopies} × {most.Ranked.Placement}"
            );
        }
        // OrderBy is stable: complete equals keep the order of their goodput.
        able = rate is null
            ? [.. able.OrderByDescending(choice => choice.Served)]
            : [.. able.OrderBy(choice => choice.Gpus)];
        return new DeploymentPlan
        {
            Model = _model.Name,
            Device = _cluster.Device.Name,
            Gpus = _cluster.Gpus,
            Rate = rate,
            Ranked = [.. able.Take(_options.Keep).Select(choice => choice.Planned())],
            Reason = ReasonOf(able[0], rate, ranking),
            PriceOfSecond = able.Count > 1 ? PriceOf(able[1], able[0], rate) : null,
            Refused = ranking.Refused.Count,
        };
    }

    /// <summary>For each system with phases apart what Algorithm 1 finds, where that serves the rate.</summary>
    private IEnumerable<RankedPlacement<Deployment>> PhasesApart(double rate) =>
        _options
            .Disaggregated.Select(system => IndependentPhases.For(system, Space, _evaluator, _options.Goodput, rate))
            .OfType<RankedPlacement<Deployment>>();

    private PlacementSpace Space => new(_cluster.Nodes, _cluster.GpusPerNode, _model.Layers, _model.Heads);

    private string ReasonOf(Choice winner, double? rate, PlacementRanking<Deployment> ranking)
    {
        var copies = $"{winner.Copies} × {winner.Ranked.Placement}";
        var perGpu = $"it serves {Text(winner.Ranked.GoodputPerGpu)} req/s in time for each GPU";
        var field = $"of {ranking.Ranked.Count} deployments simulated ({ranking.Refused.Count} cannot be run)";
        var bounded =
            winner.Ranked.GoodputPerGpu + _options.Goodput.Tolerance >= _options.Goodput.MaxRatePerGpu
                ? $"; the search ended at {Text(_options.Goodput.MaxRatePerGpu)} req/s for each GPU, it may serve more"
                : "";
        return rate is { } wanted
            ? $"{copies} takes {winner.Gpus} GPUs for {Text(wanted)} req/s, the fewest {field}; {perGpu}{bounded}"
            : $"{copies} serves {Text(winner.Served)} req/s on {_cluster.Gpus} GPUs, the most {field}; {perGpu}{bounded}";
    }

    private static string PriceOf(Choice second, Choice winner, double? rate)
    {
        var copies = $"second place, {second.Copies} × {second.Ranked.Placement},";
        if (rate is null)
            return $"{copies} serves {Text(second.Served)} req/s, {Text(100 * (1 - second.Served / winner.Served))} % less";
        return second.Gpus > winner.Gpus
            ? $"{copies} takes {second.Gpus} GPUs, {second.Gpus - winner.Gpus} more"
            : $"{copies} takes as many GPUs, with room for {Text(second.Served)} req/s instead of {Text(winner.Served)}";
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A deployment with the copies that the rate, or the cluster, asks for.</summary>
    private sealed record Choice(RankedPlacement<Deployment> Ranked, int Copies, int MostCopies)
    {
        public int Gpus => Copies * Ranked.Gpus;

        public double Served => Copies * Ranked.Goodput;

        public static Choice Of(RankedPlacement<Deployment> ranked, ClusterDescription cluster, double? rate)
        {
            var most = ranked.Placement.CopiesOn(cluster);
            return new(ranked, rate is { } wanted ? ranked.Replicas(wanted) : most, most);
        }

        public PlannedDeployment Planned() => PlannedDeployment.Of(Ranked, Copies);
    }

    /// <summary>What is tried and how it is judged.</summary>
    public sealed record Options
    {
        /// <summary>Systems whose instances do both phases.</summary>
        public IReadOnlyList<ServingSystem> Colocated { get; init; } = [Vllm.System, SarathiServe.System];

        /// <summary>Systems with workers of their own for each phase.</summary>
        public IReadOnlyList<ServingSystem> Disaggregated { get; init; } = [DistServe.System];

        /// <summary>How goodput is measured.</summary>
        public GoodputSearch.Options Goodput { get; init; } = new();

        /// <summary>Ranks that the plan keeps.</summary>
        public int Keep { get; init; } = 10;
    }
}
