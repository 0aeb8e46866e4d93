// Owns what the planner promises: every deployment that fits is tried, the best comes first, and the words agree with the numbers.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Scheduling.Systems;
using Tern.Simulation.Planning;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly ModelShape _model = ModelCatalog.Get("opt-13b");
    private static readonly ServiceObjective _objective = new() { TtftSeconds = 0.25, TpotSeconds = 0.1 };

    [Fact]
    public void A_plan_for_a_rate_takes_the_fewest_devices_and_says_so()
    {
        var plan = Planner(Cluster(1, 4)).Plan(rate: 3);
        var winner = plan.Ranked[0];
        Assert.True(winner.GoodputPerGpu * winner.Gpus >= 3, "the winner does not serve the rate");
        Assert.All(plan.Ranked, ranked => Assert.True(ranked.Gpus >= winner.Gpus));
        Assert.StartsWith($"{winner.Copies} × {winner.System}, ", plan.Reason, StringComparison.Ordinal);
        Assert.Contains($"takes {winner.Gpus} GPUs for 3 req/s, the fewest", plan.Reason, StringComparison.Ordinal);
        Assert.StartsWith("second place, ", plan.PriceOfSecond, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_for_the_whole_cluster_serves_the_most_and_is_the_same_every_time()
    {
        var plan = Planner(Cluster(1, 4)).Plan();
        Assert.All(plan.Ranked, ranked => Assert.True(Served(ranked) <= Served(plan.Ranked[0])));
        Assert.All(plan.Ranked, ranked => Assert.True(ranked.Gpus <= 4));
        Assert.Equal(PlanFile.Text(plan), PlanFile.Text(Planner(Cluster(1, 4)).Plan()));

        static double Served(PlannedDeployment ranked) => ranked.Gpus * ranked.GoodputPerGpu;
    }

    [Fact]
    public void Phases_together_and_apart_are_candidates_and_only_what_nodes_hold_is_run()
    {
        var cluster = Cluster(2, 2);
        var candidates = Planner(cluster).Candidates().ToList();
        Assert.Equal(
            ["distserve", "sarathi-serve", "vllm"],
            candidates.Select(c => c.System.Name).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(candidates.Count, candidates.Distinct().Count());
        // A pair of single devices in each segment; two segments lie on the two nodes.
        var apart = Deployment.Of(
            DistServe.System,
            new DisaggregatedPlacement(2, new(1, 1), new(1, 1)),
            NodeAffinity.Low
        );
        Assert.Contains(apart, candidates);
        Assert.Equal(1, apart.CopiesOn(cluster));
        Assert.Equal(4, Deployment.Of(Vllm.System, new Parallelism(1, 1)).CopiesOn(cluster));
        Assert.Equal(0, Deployment.Of(Vllm.System, new Parallelism(4, 1)).CopiesOn(cluster));
    }

    [Fact]
    public void Phases_planned_apart_have_instances_of_their_own_and_serve_the_rate_together()
    {
        var cluster = Cluster(1, 8);
        var evaluator = Evaluator(cluster);
        var space = new PlacementSpace(1, 8, _model.Layers, _model.Heads);
        var search = new GoodputSearch();
        var planned = IndependentPhases.For(DistServe.System, space, evaluator, new(), rate: 6)!;
        var deployment = planned.Placement;
        Assert.Equal(NodeAffinity.High, deployment.Affinity);
        Assert.Equal(6, planned.Goodput, 9);
        Assert.True(search.IsServed(evaluator.Evaluate(deployment, 6)));
        var pair = deployment.Disaggregated!.Value;
        var (n, m) = (deployment.PrefillInstances, deployment.DecodeInstances);
        Assert.True(evaluator.EvaluatePrefill(DistServe.System, pair.Prefill, 6.0 / n).Ttft >= 0.9);
        Assert.True(evaluator.EvaluateDecode(DistServe.System, pair.Decode, 6.0 / m).Tpot >= 0.9);
        Assert.Equal(n * pair.Prefill.Devices + m * pair.Decode.Devices, planned.Gpus);
        Assert.Equal(1, planned.Replicas(6));
    }

    [Fact]
    public void A_phase_alone_is_at_least_as_good_as_within_the_whole()
    {
        var evaluator = Evaluator(Cluster(1, 4));
        var pair = new DisaggregatedPlacement(1, new(2, 1), new(1, 1));
        var whole = evaluator.Evaluate(Deployment.Of(DistServe.System, pair, NodeAffinity.Low), 40);
        Assert.Equal(whole.Ttft, evaluator.EvaluatePrefill(DistServe.System, pair.Prefill, 40).Ttft);
        Assert.InRange(whole.Ttft, 0.05, 0.95);
    }

    [Fact]
    public void Keys_and_values_over_a_slow_network_cost_time()
    {
        var pair = new DisaggregatedPlacement(1, new(2, 1), new(2, 1));
        var evaluator = Evaluator(Cluster(2, 2, networkGbit: 1));
        var near = evaluator.Evaluate(Deployment.Of(DistServe.System, pair, NodeAffinity.Low), 2);
        var far = evaluator.Evaluate(Deployment.Of(DistServe.System, pair, NodeAffinity.High), 2);
        Assert.True(far.Tpot < near.Tpot - 0.2, $"near {near.Tpot}, far {far.Tpot}");
    }

    [Fact]
    public void A_rate_beyond_the_cluster_is_refused_with_what_it_can_serve()
    {
        var planner = Planner(Cluster(1, 2));
        var message = Assert.Throws<NoPlacementException>(() => planner.Plan(rate: 1000)).Message;
        Assert.Contains("1000 req/s need more than the 2 GPUs there are; at most they serve", message);
    }

    [Fact]
    public void A_model_that_fits_nowhere_is_refused_with_its_size()
    {
        var model = ModelCatalog.Get("opt-175b");
        var cluster = Cluster(1, 1);
        var evaluator = new DeploymentEvaluator(cluster, InstanceModel.Of(cluster.Device, model), Workload, _objective);
        var message = Assert.Throws<NoPlacementException>(() => new Planner(cluster, model, evaluator).Plan()).Message;
        Assert.Contains("the weights of opt-175b", message);
    }

    [Fact]
    public void An_objective_that_nothing_meets_is_refused()
    {
        var cluster = Cluster(1, 1);
        var evaluator = new DeploymentEvaluator(
            cluster,
            InstanceModel.Of(cluster.Device, _model),
            Workload,
            new ServiceObjective { TtftSeconds = 0.001 }
        );
        var message = Assert.Throws<NoPlacementException>(() => new Planner(cluster, _model, evaluator).Plan()).Message;
        Assert.Contains("reaches 90 % attainment at any rate tried", message);
    }

    [Fact]
    public void A_plan_file_is_read_as_it_was_written_and_leaves_nothing_beside_it()
    {
        var plan = Planner(Cluster(1, 2)).Plan();
        var folder = Directory.CreateTempSubdirectory("tern-plan-");
        try
        {
            var path = Path.Combine(folder.FullName, "plan.json");
            File.WriteAllText(path, "old");
            PlanFile.Write(path, plan);
            Assert.Equal(PlanFile.Text(plan), PlanFile.Text(PlanFile.Read(path)));
            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("\"system\": \"vllm\"", "\"system\": \"vlm\"", "ranked[0].system")]
    [InlineData("\"copies\": 2", "\"copies\": 0", "ranked[0].copies")]
    [InlineData("\"tensor\": 2", "\"tensor\": -1", "ranked[0].instance.tensor")]
    [InlineData("\"gpus\": 4", "\"gpus\": 5", "ranked[0].gpus")]
    [InlineData("\"instance\"", "\"prefill\"", "ranked[0]")]
    [InlineData("\"reason\": \"x\"", "\"reason\": \"x\", \"extra\": 1", "extra")]
    public void A_plan_file_with_a_bad_field_is_refused_by_its_name(string good, string bad, string field)
    {
        var text = PlanFile.Text(
            new DeploymentPlan
            {
                Model = "opt-13b",
                Device = "a100-80g",
                Gpus = 8,
                Ranked =
                [
                    new()
                    {
                        System = "vllm",
                        Copies = 2,
                        Gpus = 4,
                        GoodputPerGpu = 1,
                        Instance = new(1, 2, 1),
                    },
                ],
                Reason = "x",
                Refused = 0,
            }
        );
        PlanFile.Parse(text);
        Assert.Contains(good, text, StringComparison.Ordinal);
        var error = Assert.Throws<PlanningFormatException>(() =>
            PlanFile.Parse(text.Replace(good, bad, StringComparison.Ordinal))
        );
        Assert.Equal(field, error.Field);
    }

    private static ClusterDescription Cluster(int nodes, int gpus, double networkGbit = 25) =>
        ClusterDescriptionReader.Parse(
            FormattableString.Invariant(
                $$"""{ "nodes": {{nodes}}, "gpus_per_node": {{gpus}}, "device": "a100-80g", "network_gbit_per_s": {{networkGbit}} }"""
            )
        );

    // A coarse bisection: what is tested is the ranking, not the goodput.
    private static Planner Planner(ClusterDescription cluster) =>
        new(cluster, _model, Evaluator(cluster), new() { Goodput = new() { Tolerance = 1 } });

    private static DeploymentEvaluator Evaluator(ClusterDescription cluster) =>
        new(cluster, InstanceModel.Of(cluster.Device, _model), Workload, _objective);

    private static IEnumerable<TraceRequest> Workload(double rate) =>
        new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(rate),
            Lengths = LengthCatalog.Get("sharegpt-distserve").Distribution,
            Seed = 1,
        }
            .Requests()
            .Take(40);
}
