// Owns the proof that the batching step finds the optimum, and what the published prunings lose.
using Tern.Scheduling.Partitioning.ElasticInstances;
using Xunit.Abstractions;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class BatchingStepTests(ITestOutputHelper output)
{
    private const int Cases = 1500;

    [Fact]
    public void The_exact_search_equals_exhaustive_search_on_1500_random_instances()
    {
        foreach (var (lengths, free, cost) in RandomCases())
        {
            var expected = Exhaustive(lengths, free, cost, 0, 0);
            var plan = BatchingStep.Solve(lengths, free, cost);
            if (double.IsPositiveInfinity(expected))
            {
                Assert.Null(plan);
                continue;
            }
            Assert.NotNull(plan);
            Assert.Equal(expected, plan.Objective, expected * 1e-12);
            AssertIsPlan(plan, lengths, free, cost);
        }
    }

    [Fact]
    public void The_released_bound_loses_the_optimum_and_the_papers_hardly_ever_does()
    {
        var (released, paper) = (new List<double>(), new List<double>());
        foreach (var (lengths, free, cost) in RandomCases())
        {
            if (BatchingStep.Solve(lengths, free, cost) is not { } exact)
                continue;
            released.Add(Loss(BatchingBound.ReleasedCode, exact));
            paper.Add(Loss(BatchingBound.Paper, exact));

            double Loss(BatchingBound bound, BatchingPlan best) =>
                BatchingStep.Solve(lengths, free, cost, bound) is { } plan
                    ? plan.Objective / best.Objective
                    : double.PositiveInfinity;
        }
        output.WriteLine($"cases {released.Count}");
        output.WriteLine(
            $"released: worse {released.Count(l => l > 1 + 1e-9)}, median {Median(released):F3}, max {released.Max():F2}"
        );
        output.WriteLine(
            $"paper: worse {paper.Count(l => l > 1 + 1e-9)}, median {Median(paper):F3}, max {paper.Max():F2}"
        );
        Assert.All(released.Concat(paper), loss => Assert.True(loss >= 1 - 1e-9));
        Assert.True(paper.Count(l => l > 1 + 1e-9) < 0.02 * paper.Count);
        Assert.True(released.Count(l => l > 1 + 1e-9) > 5 * paper.Count(l => l > 1 + 1e-9));
    }

    [Fact]
    public void One_long_and_many_short_prompts_get_groups_of_their_own()
    {
        var cost = Tern.Scheduling.Systems.LoongServe.LwmOnA800(2).Costs(4);
        var plan = BatchingStep.Solve([200_000, 300, 300, 300], [210_000, 210_000, 210_000, 210_000], cost)!;
        Assert.Equal(
            (0, 1, 0, 2),
            (
                plan.Batches[0].FirstRequest,
                plan.Batches[0].Requests,
                plan.Batches[0].FirstInstance,
                plan.Batches[0].Instances
            )
        );
        Assert.True(plan.Batches.Count > 1);
    }

    [Fact]
    public void Prompts_that_fit_nowhere_have_no_plan() =>
        Assert.Null(BatchingStep.Solve([10, 10], [9, 9], new ElasticCost([new(1, 1, 0), new(1, 1, 0)], default, 0)));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void AssertIsPlan(BatchingPlan plan, int[] lengths, int[] free, ElasticCost cost)
    {
        var (request, instance, objective) = (0, 0, 0.0);
        foreach (var batch in plan.Batches)
        {
            Assert.Equal((request, instance), (batch.FirstRequest, batch.FirstInstance));
            var sums = PromptSums.Of(lengths.AsSpan(request, batch.Requests));
            Assert.True(sums.Tokens <= free.AsSpan(instance, batch.Instances).ToArray().Sum());
            objective += cost.PrefillMs(batch.Instances, sums.Tokens, sums.Squares) * sums.Rate;
            request += batch.Requests;
            instance += batch.Instances;
        }
        Assert.Equal(lengths.Length, request);
        Assert.True(instance <= free.Length);
        Assert.Equal(objective, plan.Objective, objective * 1e-9);
    }

    /// <summary>All ways to cut the rest of the requests and instances into batches.</summary>
    private static double Exhaustive(int[] lengths, int[] free, ElasticCost cost, int request, int instance)
    {
        if (request == lengths.Length)
            return 0;
        var best = double.PositiveInfinity;
        for (var b = 1; request + b <= lengths.Length; b++)
        {
            var sums = PromptSums.Of(lengths.AsSpan(request, b));
            var slots = 0L;
            for (var u = 1; instance + u <= free.Length; u++)
            {
                slots += free[instance + u - 1];
                if (sums.Tokens <= slots)
                    best = Math.Min(
                        best,
                        cost.PrefillMs(u, sums.Tokens, sums.Squares) * sums.Rate
                            + Exhaustive(lengths, free, cost, request + b, instance + u)
                    );
            }
        }
        return best;
    }

    private static IEnumerable<(int[] Lengths, int[] Free, ElasticCost Cost)> RandomCases()
    {
        var random = new Random(7);
        for (var i = 0; i < Cases; i++)
        {
            var (n, m) = (random.Next(1, 8), random.Next(1, 5));
            int[] lengths =
            [
                .. Enumerable.Range(0, n).Select(_ => (int)Math.Pow(10, 1 + 4 * random.NextDouble())).OrderDescending(),
            ];
            int[] free = [.. Enumerable.Range(0, m).Select(_ => random.Next(1_000, 210_001)).OrderDescending()];
            var (a, ring) = (5 + 20 * random.NextDouble(), 6 * random.NextDouble());
            var (b, c) = (0.01 + 0.05 * random.NextDouble(), 1e-6 * random.NextDouble());
            var coefficients = new PrefillCoefficients[m];
            for (var u = 1; u <= m; u++)
                coefficients[u - 1] = new PrefillCoefficients(a + ring * (u - 1), b / u, c / u);
            yield return (lengths, free, new ElasticCost(coefficients, default, 0));
        }
    }
}
