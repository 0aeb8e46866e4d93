// Owns the comparison of systems on one workload: the same requests, devices and objective for each, at one rate or several.
using System.Globalization;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>Runs every system at every rate, and searches for goodput where that is wanted. Deterministic.</summary>
public sealed record Comparison
{
    // Bisection ends at this part of the first rate that misses the target.
    private const double GoodputPrecision = 1.0 / 64;

    // Arrivals should last at least so many times a request's own time.
    private const int LeastSpan = 5;
    private const double LowestPart = 1024;
    private const double MostRate = 1e5;

    /// <summary>The systems, in the order to show.</summary>
    public required IReadOnlyList<IDeployment> Deployments { get; init; }

    /// <summary>What they serve.</summary>
    public required RatedWorkload Workload { get; init; }

    /// <summary>What in time means.</summary>
    public required ServiceObjective Objective { get; init; }

    /// <summary>What the latencies mean.</summary>
    public MetricDefinitions Definitions { get; init; } = MetricDefinitions.DistServeTestbed;

    /// <summary>Share of the requests that must be in time for a rate to count as served, above 0 and at most 1.</summary>
    public double Target { get; init; } = 0.9;

    /// <summary>Whether to search for the highest rate that each system serves.</summary>
    public bool SearchesGoodput { get; init; }

    /// <summary>Is told how far the comparison is, at every arrival.</summary>
    public Action<ComparisonProgress>? Progress { get; init; }

    /// <summary>Runs the comparison.</summary>
    /// <param name="rates">Request rates in requests/s, ascending; empty: the workload as it is.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="DeploymentException">The objective is impossible, or a rate is wanted of a workload that has none.</exception>
    /// <exception cref="ModelNameException">A request asks for a model that a deployment of several has not; its row is named.</exception>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public ComparisonResult Run(IReadOnlyList<double> rates, CancellationToken cancellation = default)
    {
        if (!(Target is > 0 and <= 1))
            throw new DeploymentException(
                FormattableString.Invariant($"target {Target}"),
                "it must be above 0 and at most 1"
            );
        if (Workload.Rate is null && (rates.Count > 0 || SearchesGoodput))
            throw new DeploymentException(
                Workload.Description,
                "all requests arrive at one moment, so it has no rate that could be changed; leave rates and goodput out"
            );
        CheckModels();
        foreach (var deployment in Deployments)
            deployment.CheckObjective(Objective, Definitions);
        var curves = Deployments.Select(deployment => CurveOf(deployment, rates, cancellation)).ToList();
        double? shown = rates.Count > 0 ? rates[0] : null;
        foreach (var rate in rates)
        {
            if (curves.Any(curve => curve.Runs[rate].Metrics.Attainments[0].Joint >= Target))
                shown = rate;
        }
        return new ComparisonResult
        {
            Runs =
            [
                .. rates.Count == 0
                    ? curves.Select(curve => curve.Own!)
                    : rates.SelectMany(rate => curves.Select(curve => curve.Runs[rate])),
            ],
            Systems = [.. curves.Select(curve => curve.Shown(shown))],
            ShownRate = shown,
            Notes = [.. Notes(curves)],
        };
    }

    /// <summary>
    /// A queue cannot build up in a burst that is over before it is answered: attainment at such a rate is that of the burst's length.
    /// </summary>
    private IEnumerable<string> Notes(IEnumerable<Curve> curves)
    {
        double? least = null;
        foreach (var curve in curves)
        foreach (var (rate, run) in curve.Runs.Concat(curve.Tried))
        {
            var spanMs = 1000 * (Workload.Count - 1) / rate;
            if (spanMs < LeastSpan * run.Metrics.EndToEnd.Mean && !(rate >= least))
                least = rate;
        }
        if (least is { } from)
            yield return FormattableString.Invariant(
                $"from {from:0.###} req/s on, the {Workload.Count} requests arrive within {LeastSpan} times the {(Workload.Count - 1) / from / LeastSpan:0.#} s that one takes: too few to tell a rate that can be kept up; give a longer workload"
            );
    }

    /// <summary>Every request must find its model in every deployment; nothing may end halfway for the name of one.</summary>
    private void CheckModels()
    {
        foreach (var deployment in Deployments)
        {
            if (deployment.Models.Count == 0 && Workload.Models is [var first, var second, ..])
                throw new DeploymentException(
                    Workload.Description,
                    $"its requests ask for {Workload.Models.Count} models ({first}, {second}, …), and {deployment.Name} is deployed with one; name all of them"
                );
            string[] names = [.. deployment.Models];
            if (names.Length == 0)
                continue;
            foreach (var request in Workload.Requests)
                ModelLoad.IndexOf(names, request, Workload.Description);
        }
    }

    private Curve CurveOf(IDeployment deployment, IReadOnlyList<double> rates, CancellationToken cancellation)
    {
        var curve = new Curve();
        if (rates.Count == 0)
            curve.Own = RunOf(deployment, null, cancellation);
        foreach (var rate in rates)
            curve.Runs[rate] = RunOf(deployment, rate, cancellation);
        return SearchesGoodput
            ? curve.With(GoodputOf(rate => AttainmentAt(deployment, curve, rate, cancellation)))
            : curve;
    }

    private double AttainmentAt(IDeployment deployment, Curve curve, double rate, CancellationToken cancellation)
    {
        if (!curve.Runs.TryGetValue(rate, out var run) && !curve.Tried.TryGetValue(rate, out run))
            curve.Tried[rate] = run = RunOf(deployment, rate, cancellation);
        return run.Metrics.Attainments[0].Joint;
    }

    /// <summary>From the workload's rate up or down by doublings to a rate that misses the target, then by bisection below it.</summary>
    private GoodputResult GoodputOf(Func<double, double> attainment)
    {
        var rate = Workload.Rate!.Value;
        if (attainment(rate) >= Target)
        {
            do rate *= 2;
            while (rate < MostRate && attainment(rate) >= Target);
        }
        else if (attainment(rate / LowestPart) < Target)
        {
            // What is missed with hardly anything to do is missed at every rate.
            return new GoodputResult
            {
                Rate = 0,
                IsLowerBound = false,
                Curve = [],
            };
        }
        else
        {
            while (attainment(rate / 2) < Target)
                rate /= 2;
        }
        // The search does not try its upper end; here that is a rate known to miss, unless the doubling ran out.
        var found = Goodput.Search(
            attainment,
            new Goodput.Options
            {
                Target = Target,
                MaxRate = rate,
                Precision = rate * GoodputPrecision,
            }
        );
        return found with { IsLowerBound = rate >= MostRate && attainment(rate) >= Target };
    }

    private SystemReport RunOf(IDeployment deployment, double? rate, CancellationToken cancellation)
    {
        var gauges = new RunGauges();
        var named = deployment.Models.Count > 0;
        var modelOf = new Dictionary<int, string>();
        var result = deployment
            .Simulation(gauges)
            .Run(
                Workload
                    .At(rate)
                    .Select(
                        (request, i) =>
                        {
                            Progress?.Invoke(new ComparisonProgress(deployment.Name, rate, i + 1));
                            if (named)
                                modelOf[request.Row] = request.Model;
                            // The one model there is goes without a name.
                            return named || request.Model.Length == 0 ? request : request with { Model = "" };
                        }
                    ),
                cancellation
            );
        var metrics = new ServingMetrics(Definitions, Objective);
        foreach (var timeline in result.Timelines)
            metrics.Add(timeline, named ? modelOf[int.Parse(timeline.RequestId, CultureInfo.InvariantCulture)] : null);
        foreach (var (row, _) in result.Refused)
            metrics.AddRejected(named ? modelOf[row] : null);
        return new SystemReport
        {
            Name = deployment.Name,
            Rate = rate,
            Metrics = metrics,
            Utilization = result.Utilization,
            Swaps = result.Workers.Sum(worker => worker.Stats.SwapsOut),
            Migrations = result.Migrations,
            // Models of one mesh hold blocks of the same memory, which no report of one worker shows.
            KvHighWater = Math.Max(result.KvHighWater, gauges.KvHighWater),
            KvUse = gauges.KvUse,
            QueueLength = gauges.QueueLength,
            FirstRefusal = result.Refused is [var (first, reason), ..] ? $"row {first}: {reason}" : null,
        };
    }

    /// <summary>All runs of one system, by rate; those that only the goodput search made apart.</summary>
    private sealed class Curve
    {
        public SystemReport? Own { get; set; }

        public SortedDictionary<double, SystemReport> Runs { get; private init; } = [];

        public SortedDictionary<double, SystemReport> Tried { get; private init; } = [];

        public Curve With(GoodputResult goodput)
        {
            var with = new Curve { Own = Own is null ? null : Own with { Goodput = goodput }, Tried = Tried };
            foreach (var (rate, run) in Runs)
                with.Runs[rate] = run with { Goodput = goodput };
            return with;
        }

        public SystemReport Shown(double? rate) =>
            (rate is { } at ? Runs[at] : Own!) with
            {
                Rates =
                [
                    .. Runs.Concat(Tried)
                        .OrderBy(run => run.Key)
                        .Select(run => RatePoint.Of(run.Key, run.Value.Metrics)),
                ],
            };
    }
}
