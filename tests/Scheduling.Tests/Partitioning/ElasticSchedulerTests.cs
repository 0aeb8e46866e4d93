// Owns what an elastic scheduler must be: everybody served once, slots never exceeded or leaked, disjoint groups, progress, same decisions again.
using Tern.Scheduling.Partitioning.ElasticInstances;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class ElasticSchedulerTests
{
    private static readonly ElasticCost _cost = new(
        [new(10, 0.03, 1e-4), new(12, 0.015, 5e-5), new(14, 0.01, 3e-5), new(16, 0.0075, 2.5e-5)],
        new DecodeCoefficients
        {
            Fixed = 4,
            Exchange = 4,
            Weights = 4,
            PerSequence = 0.03,
            PerContextToken = 0.01,
        },
        0.001
    );

    public static TheoryData<ElasticParallelism, bool, int> Ways =>
        new()
        {
            { ElasticParallelism.Elastic, true, 600 },
            { ElasticParallelism.Elastic, false, 300 },
            { ElasticParallelism.Fixed, true, 300 },
            { ElasticParallelism.Disaggregated, true, 300 },
        };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Random_scenarios_are_served_whole_within_the_slots(
        ElasticParallelism parallelism,
        bool scaleUp,
        int runs
    )
    {
        long pauses = 0,
            scaleUps = 0,
            scaleDowns = 0,
            masters = 0,
            moved = 0;
        for (var seed = 0; seed < runs; seed++)
        {
            var stats = Serve(parallelism, scaleUp, seed, out _);
            pauses += stats.Pauses;
            scaleUps += stats.ScaleUps;
            scaleDowns += stats.ScaleDowns;
            masters += stats.MultiMasterIterations;
            moved += stats.MigratedTokens;
        }
        if (parallelism == ElasticParallelism.Elastic && scaleUp)
            Assert.True(
                scaleUps > 0 && scaleDowns > 0 && masters > 0 && moved > 0,
                $"the scenarios prove little: {scaleUps} {scaleDowns} {masters} {moved}"
            );
        if (!scaleUp)
            Assert.True(pauses > 0 && scaleUps == 0, "nobody was ever paused: the scenarios prove little");
    }

    [Fact]
    public void The_same_calls_give_the_same_decisions()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Serve(ElasticParallelism.Elastic, true, seed, out var first);
            Serve(ElasticParallelism.Elastic, true, seed, out var second);
            Assert.Equal(first, second);
        }
    }

    [Fact]
    public void A_long_prompt_takes_all_instances_and_leaves_what_it_does_not_need()
    {
        var scheduler = new ElasticScheduler(Options(4, 1000), _cost);
        var sequence = scheduler.Add(Prompt("a", 1500, 3), 0);
        var prefill = scheduler.Next(0)!;
        Assert.Equal([0, 1, 2, 3], prefill.Instances.Order());
        Assert.Equal([new KvRange(0, 0, 0, 1000), new KvRange(0, 1, 1000, 500)], prefill.Ranges);
        Assert.Null(scheduler.Next(0));
        scheduler.Complete(prefill, new SampledToken[1], 50);
        var decode = scheduler.Next(50)!;
        Assert.Equal([0, 1], decode.Instances.Order());
        // Instance 0 is full: 1 is the master.
        Assert.Equal([new MiniBatch(1, 1)], decode.MiniBatches);
        Assert.Equal(1501, sequence.Placement.Total);
    }

    [Fact]
    public void A_decode_group_takes_a_further_instance_when_its_own_is_full()
    {
        var scheduler = new ElasticScheduler(Options(2, 100), _cost);
        scheduler.Add(Prompt("a", 99, 4), 0);
        ElasticIteration step;
        for (var i = 0; i < 2; i++)
            scheduler.Complete(step = scheduler.Next(i)!, new SampledToken[step.Sequences.Length], i);
        Assert.Equal(0, scheduler.Stats.ScaleUps);
        var grown = scheduler.Next(2)!;
        Assert.Equal([0, 1], grown.Instances.Order());
        Assert.Equal(1, scheduler.Stats.ScaleUps);
    }

    [Fact]
    public void A_request_that_can_never_fit_is_refused_with_the_numbers()
    {
        var refused = Assert.Throws<RequestRefusedException>(() =>
            new ElasticScheduler(Options(2, 100), _cost).Add(Prompt("a", 190, 20), 0)
        );
        Assert.Equal(RefusalReason.TooLong, refused.Reason);
        Assert.Contains("210", refused.Message, StringComparison.Ordinal);
        Assert.Contains("200", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_memory_test_is_the_peak_of_a_simulated_future()
    {
        var random = new Random(3);
        for (var run = 0; run < 2000; run++)
        {
            var peak = new FuturePeak();
            var all = new List<(int Now, int Remaining)>();
            for (var i = random.Next(0, 6); i > 0; i--)
            {
                all.Add((random.Next(1, 30), random.Next(0, 20)));
                peak.Add(all[^1].Now, all[^1].Remaining);
            }
            var more = (Now: random.Next(1, 30), Remaining: random.Next(0, 20));
            all.Add(more);
            var most = Enumerable.Range(0, 21).Max(step => all.Where(s => s.Remaining >= step).Sum(s => s.Now + step));
            Assert.True(peak.Fits(more.Now, more.Remaining, most));
            Assert.False(peak.Fits(more.Now, more.Remaining, most - 1));
        }
    }

    private static ElasticOptions Options(int instances, int slots) =>
        new() { Instances = instances, SlotsPerInstance = slots };

    private static Request Prompt(string id, int tokens, int output) =>
        new()
        {
            Id = id,
            Prompt = default,
            PromptTokens = tokens,
            MaxNewTokens = output,
        };

    /// <summary>Serves random requests with random durations, cancels some, and checks what must hold at every moment.</summary>
    private static ElasticStats Serve(ElasticParallelism parallelism, bool scaleUp, int seed, out List<string> log)
    {
        var random = new Random(seed);
        var instances = parallelism == ElasticParallelism.Disaggregated ? 2 : random.Next(1, 5);
        var options = new ElasticOptions
        {
            Instances = instances,
            SlotsPerInstance = random.Next(30, 120),
            Parallelism = parallelism,
            EnableScaleUp = scaleUp,
            MaxSequences = random.Next(2, 20),
            MaxWaitIterations = random.Next(0, 4),
            MaxPrefillMs = random.Next(10, 60),
            MaxOutOfOrder = random.Next(0, 4),
            MinComputeBoundBatch = random.Next(1, 4),
            PreemptionGain = (PreemptionGain)random.Next(2),
            AverageDecodingMs = 5 * random.NextDouble() + 0.1,
        };
        var scheduler = new ElasticScheduler(options, _cost);
        var flying = new PriorityQueue<ElasticIteration, (double, int)>();
        var (count, added, started, over) = (random.Next(1, 30), 0, 0, 0);
        var sequences = new List<ElasticSequence>();
        log = [];
        var now = 0.0;
        while (added < count || scheduler.HasWork)
        {
            while (added < count && (random.Next(3) > 0 || !scheduler.HasWork))
            {
                var output = random.Next(1, 25);
                var prompt = random.Next(1, Math.Max(2, Math.Min(options.MaxSequenceLength - output, 200)));
                sequences.Add(scheduler.Add(Prompt($"{added++}", prompt, output), now));
            }
            if (random.Next(30) == 0 && scheduler.Cancel($"{random.Next(added)}", now))
                over++;
            while (scheduler.Next(now) is { } iteration)
            {
                log.Add(
                    $"{now:F3} {iteration.IsPrefill} {string.Join(',', iteration.Instances)} {iteration.Sequences.Length}"
                );
                flying.Enqueue(iteration, (now + _cost.StepMs(iteration), started++));
            }
            var busy = flying.UnorderedItems.SelectMany(item => item.Element.Instances).ToList();
            Assert.Equal(busy.Count, busy.Distinct().Count());
            for (var i = 0; i < instances; i++)
            {
                Assert.InRange(scheduler.Pool.Used[i], 0, options.SlotsPerInstance);
                var at = i;
                Assert.Equal(sequences.Sum(s => s.Placement.Tokens[at]), scheduler.Pool.Used[i]);
            }
            if (!scheduler.HasWork)
                continue;
            Assert.True(flying.Count > 0, $"seed {seed}: nothing runs though there is work");
            flying.TryDequeue(out var ended, out var when);
            now = when.Item1;
            var before = ended!.Sequences.Count(s => s.End == SequenceEnd.None);
            scheduler.Complete(ended, new SampledToken[ended.Sequences.Length], now);
            over += before - ended.Sequences.Count(s => s.End == SequenceEnd.None);
            Assert.True(started < 20_000, $"seed {seed}: no end");
        }
        Assert.Equal(count, over);
        Assert.Equal(0, scheduler.Pool.UsedTotal);
        Assert.All(
            sequences.Where(s => s.End == SequenceEnd.Length),
            s => Assert.Equal(s.Request.MaxNewTokens, s.Generated)
        );
        return scheduler.Stats;
    }
}
