// Owns what a multiplexing placement promises: the partitions, the limits of memory and compute, an optimum to compare with.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;

namespace Tern.Scheduling.Tests.Placement;

public sealed class MultiplexSearchTests
{
    [Theory]
    [InlineData(8, 10)]
    [InlineData(6, 6)]
    [InlineData(4, 4)]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    public void A_node_is_cut_in_as_many_ways_as_published(int gpus, int ways)
    {
        var partitions = MeshPartitions.OfNode(gpus, [8, 4, 2, 1]);
        Assert.Equal(ways, partitions.Count);
        Assert.Equal(ways, partitions.Select(partition => string.Join(',', partition)).Distinct().Count());
        Assert.All(partitions, partition => Assert.Equal(gpus, partition.Sum()));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 55)]
    [InlineData(4, 715)]
    public void Nodes_are_alike_so_a_cluster_is_a_multiset_of_partitions(int nodes, int choices) =>
        Assert.Equal(choices, MeshPartitions.OfCluster(nodes, MeshPartitions.OfNode(8, [8, 4, 2, 1])).Count());

    [Fact]
    public void An_llm_alone_gets_the_smallest_decode_share_that_serves_its_rate()
    {
        // A batch of B takes 10 s of decoding (100 tokens of 100 ms) at any share from 0.5, twice that below; prefill is free.
        var llm = Llm("a", rate: 2, model: new Steps(share => share.Compute >= 0.5 ? 100 : 200));
        var plan = new MultiplexSearch(Options(gpus: 1) with { MaxBatchPerGpu = 30, SlackShare = 0 }).Search([llm])!;
        var placed = Assert.Single(Assert.Single(plan.Units).Llms);
        Assert.Equal(0.5, placed.DecodeShare); // at 0.4 thirty sequences serve 1.5 a second only
        Assert.Equal(ServingLimit.Arrivals, placed.Limit);
        Assert.InRange(placed.Batch, 20, 21);
        Assert.Equal(2, placed.Throughput, 6);
    }

    [Fact]
    public void A_unit_serves_what_equation_3_says()
    {
        // Both: decode 50 ms a token, 100 tokens; prefill 1 ms a token, 10 tokens a prompt. Batch capped at 4.
        var model = new Steps(_ => 50, prefillMsPerToken: 1);
        MultiplexedLlm[] llms = [Llm("a", 100, model), Llm("b", 50, model)];
        var options = Options(gpus: 1) with { MaxBatchPerGpu = 4 };
        var plan = new MultiplexSearch(options).Search(llms)!;
        var unit = Assert.Single(plan.Units);
        Assert.All(unit.Llms, placed => Assert.Equal(4 / (5 + 2 * 0.040), placed.Throughput, 9));
        Assert.All(unit.Llms, placed => Assert.Equal(ServingLimit.Batch, placed.Limit));
        Assert.Equal(plan.TotalThroughput / 2, plan.Throughput, 9);
    }

    [Fact]
    public void The_runner_up_says_what_it_would_cost_and_for_whom()
    {
        var model = new Steps(share => 100 / share.Compute, prefillMsPerToken: 5);
        MultiplexedLlm[] llms = [Llm("big", 30, model), Llm("small", 1, model)];
        var plan = new MultiplexSearch(Options(gpus: 4) with { MaxBatchPerGpu = 40 }).Search(llms)!;
        Assert.NotNull(plan.RunnerUp);
        Assert.Null(plan.RunnerUp.RunnerUp);
        Assert.InRange(plan.RunnerUpLoss, 0, 1);
        Assert.NotEmpty(plan.Differences());
        var weighted = plan.Differences().Sum(difference => difference.Winner.Llm.RatePerSecond * difference.Loss);
        Assert.Equal(31 * (plan.Throughput - plan.RunnerUp.Throughput), weighted, 6);
    }

    [Fact]
    public void What_does_not_fit_is_no_plan_and_what_makes_no_sense_is_named()
    {
        var search = new MultiplexSearch(Options(gpus: 1));
        Assert.Null(search.Search([Llm("a", 1, new Steps(_ => 1)) with { WeightBytes = 60e9 }]));
        Assert.Null(search.Search([Llm("a", 1, new Steps(_ => 1)) with { MinGpus = 2 }]));
        var twice = Assert.Throws<ArgumentException>(() =>
            search.Search([Llm("a", 1, new Steps(_ => 1)), Llm("a", 1, new Steps(_ => 1))])
        );
        Assert.Contains("'a'", twice.Message);
        var rate = Assert.Throws<ArgumentException>(() => search.Search([Llm("b", 0, new Steps(_ => 1))]));
        Assert.Contains("'b': RatePerSecond is 0", rate.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiplexSearch(Options(gpus: 0)));
    }

    [Theory]
    [InlineData(PlacementStrategy.LargestGain)]
    [InlineData(PlacementStrategy.EmptiestMesh)]
    [InlineData(PlacementStrategy.MostMemory)]
    public void Any_plan_holds_every_llm_once_within_memory_and_never_beats_the_exhaustive_search(
        PlacementStrategy strategy
    )
    {
        var scenarios =
            from sizes in Gen.Choose(1, 14).NonEmptyListOf()
            from rates in Gen.Choose(1, 40).ArrayOf(4)
            select (sizes.Take(4).ToArray(), rates);
        Prop.ForAll(
                Arb.From(scenarios),
                scenario =>
                {
                    var (sizes, rates) = scenario;
                    MultiplexedLlm[] llms =
                    [
                        .. sizes.Select(
                            (size, i) =>
                                Llm($"m{i}", rates[i], new Steps(share => 2 * size / share.Compute, 0.05 * size)) with
                                {
                                    WeightBytes = 2e9 * size,
                                    ComputeWeight = size,
                                }
                        ),
                    ];
                    var options = Options(gpus: 4) with { Strategy = strategy, MaxBatchPerGpu = 64 };
                    var plan = new MultiplexSearch(options).Search(llms);
                    if (plan is null)
                        return;
                    Assert.Equal(
                        llms.Select(llm => llm.Name).Order(),
                        plan.Units.SelectMany(unit => unit.Llms.Select(placed => placed.Llm.Name)).Order()
                    );
                    Assert.True(plan.Units.Sum(unit => unit.Gpus) <= 4);
                    foreach (var unit in plan.Units)
                    {
                        Assert.True(
                            unit.Llms.Sum(placed => placed.Llm.WeightBytes + 6e9) < 0.98 * 80e9 * unit.Gpus,
                            "weights over the memory"
                        );
                        Assert.True(unit.Llms.Sum(placed => placed.DecodeShare) <= 1.2 + 1e-9, "compute overbooked");
                        Assert.All(unit.Llms, placed => Assert.InRange(placed.Throughput, 0, placed.Llm.RatePerSecond));
                    }
                    Assert.InRange(plan.Throughput, 0, Exhaustive.Best(options, llms) + 1e-9);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithQuietOnSuccess(true));
    }

    [Fact]
    public void The_search_is_mostly_as_good_as_trying_everything_and_never_worse_than_a_tenth()
    {
        var (optimal, runs) = (0, 0);
        for (var seed = 1; seed <= 30; seed++)
        {
            MultiplexedLlm[] llms =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(i =>
                    {
                        var size = 1 + (seed * 7 + i * 5) % 13;
                        var rate = 1 + (seed * 11 + i * 17) % 29;
                        return Llm($"m{i}", rate, new Steps(share => 2 * size / share.Compute, 0.05 * size)) with
                        {
                            WeightBytes = 2e9 * size,
                            ComputeWeight = size,
                        };
                    }),
            ];
            var options = Options(gpus: 4) with { MaxBatchPerGpu = 64 };
            if (new MultiplexSearch(options).Search(llms) is not { } plan)
                continue;
            var best = Exhaustive.Best(options, llms);
            Assert.InRange(plan.Throughput, 0.9 * best, best + 1e-9);
            runs++;
            optimal += plan.Throughput > best - 1e-9 ? 1 : 0;
        }
        Assert.True(runs >= 20, $"only {runs} instances were feasible");
        Assert.True(optimal * 2 > runs, $"{optimal} of {runs} optimal");
    }

    private static MultiplexSearch.Options Options(int gpus) => new() { Nodes = 1, GpusPerNode = gpus };

    private static MultiplexedLlm Llm(string name, double rate, ISharedLatencyModel model) =>
        new()
        {
            Name = name,
            RatePerSecond = rate,
            PromptTokens = 10,
            OutputTokens = 100,
            WeightBytes = 10e9,
            KvBytesPerToken = 1e5,
            ComputeWeight = 1,
            LatencyOn = gpus => new Steps(share => model.StepMs(StepShape.Decode(1, 1), share) / gpus, model, gpus),
        };

    /// <summary>Steps with times of a formula: decode by share, prefill by tokens.</summary>
    private sealed class Steps(Func<DeviceShare, double> decodeMs, double prefillMsPerToken = 0) : ISharedLatencyModel
    {
        public Steps(Func<DeviceShare, double> decodeMs, ISharedLatencyModel prefill, int gpus)
            : this(decodeMs, ((Steps)prefill).PrefillMsPerToken / gpus) { }

        public double PrefillMsPerToken => prefillMsPerToken;

        public double StepMs(in StepShape step) => StepMs(step, DeviceShare.Whole);

        public double StepMs(in StepShape step, DeviceShare share) =>
            step.PrefillTokens > 0 ? prefillMsPerToken * step.PrefillTokens : decodeMs(share);
    }

    /// <summary>Every partition and every assignment of LLMs to meshes, valued by the same estimator.</summary>
    private static class Exhaustive
    {
        public static double Best(MultiplexSearch.Options options, MultiplexedLlm[] llms)
        {
            var estimator = new UnitEstimator(options);
            var best = -1.0;
            Dictionary<(int, string), double> values = [];
            foreach (var partition in MeshPartitions.OfNode(options.GpusPerNode, [.. options.MeshSizes]))
            {
                var assignments = (int)Math.Pow(partition.Count, llms.Length);
                for (var code = 0; code < assignments; code++)
                {
                    var value = 0.0;
                    for (var mesh = 0; mesh < partition.Count && value >= 0; mesh++)
                    {
                        List<(MultiplexedLlm, int)> members = [];
                        for (var (i, rest) = (0, code); i < llms.Length; i++, rest /= partition.Count)
                        {
                            if (rest % partition.Count != mesh)
                                continue;
                            members.Add((llms[i], estimator.Alone(llms[i], partition[mesh])?.Parts ?? 3));
                        }
                        if (members.Count == 0)
                            continue;
                        var key = (partition[mesh], string.Join(',', members.Select(member => member.Item1.Name)));
                        if (!values.TryGetValue(key, out var unit))
                        {
                            unit =
                                estimator
                                    .Together(partition[mesh], members)
                                    ?.Sum(one => one.Llm.RatePerSecond * one.Throughput)
                                ?? -1;
                            values.Add(key, unit);
                        }
                        value = unit < 0 ? -1 : value + unit;
                    }
                    best = Math.Max(best, value / llms.Sum(llm => llm.RatePerSecond));
                }
            }
            return best;
        }
    }
}
