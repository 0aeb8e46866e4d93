// Owns the properties of the ledger: no leak, no double free, right counts, right content, and every request finishes once.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Eviction;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Restore;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests;

public sealed class LedgerPropertyTests
{
    private static readonly ServingSystem[] _systems =
    [
        SarathiServe.System,
        Vllm.System,
        SarathiServe.System with
        {
            Ordering = new Priority(),
        },
        Vllm.System with
        {
            Ordering = new Priority(),
        },
        Vllm.System with
        {
            Preemption = new Swap(),
        },
        FastServe.System,
        FastServe.Released,
        Orca.System with
        {
            Reservation = KvReservation.Answer,
        },
        FasterTransformer.System with
        {
            Reservation = KvReservation.Answer,
        },
        SarathiServe.System with
        {
            Eviction = static blocks => new LruK(blocks),
        },
        Vllm.System with
        {
            Eviction = static blocks => new Lfu(blocks),
        },
        Cake.System,
        Cake.Auto,
        MuxServe.System,
        Bullet.System with
        {
            Preemption = new Swap(),
        },
    ];

    [Theory]
    [InlineData(0, 6, 2, 8, 4, true)]
    [InlineData(0, 12, 3, 5, 5, true)]
    [InlineData(0, 40, 4, 64, 8, true)]
    [InlineData(0, 9, 4, 16, 6, false)]
    [InlineData(1, 7, 2, 6, 3, true)]
    [InlineData(1, 24, 4, 32, 8, true)]
    [InlineData(2, 10, 3, 10, 6, true)]
    [InlineData(3, 10, 1, 10, 6, true)]
    [InlineData(4, 10, 3, 10, 6, true)]
    [InlineData(4, 24, 4, 32, 8, false)]
    [InlineData(5, 10, 3, 10, 6, true)]
    [InlineData(5, 24, 4, 32, 4, false)]
    [InlineData(6, 24, 4, 32, 8, true)]
    [InlineData(9, 40, 4, 64, 8, true)]
    [InlineData(10, 12, 3, 5, 5, true)]
    [InlineData(11, 24, 4, 12, 6, true)]
    [InlineData(12, 10, 3, 10, 6, false)]
    [InlineData(13, 10, 3, 10, 6, true)]
    [InlineData(13, 24, 4, 32, 8, false)]
    [InlineData(14, 10, 3, 10, 6, true)]
    [InlineData(14, 24, 4, 32, 8, false)]
    public void The_ledger_holds_through_thousands_of_random_operations(
        int system,
        int blocks,
        int blockSize,
        int batchTokens,
        int sequences,
        bool caching
    )
    {
        var options = Options(blocks, blockSize, batchTokens, sequences, caching);
        var harness = Run(system, options, RandomOperations(seed: blocks * 1000 + blockSize, count: 15_000));
        Assert.True(harness.Finished > 500);
        Assert.True(harness.Stats.Preemptions > 0, "the pool was never tight: the run proves nothing");
        if (caching)
            Assert.True(harness.Stats.PrefixHits > 0, "nothing was shared: the run proves nothing");
    }

    [Fact]
    public void The_ledger_holds_for_any_small_scenario()
    {
        var operations = Gen.Zip(Gen.Choose(0, 7), Gen.Choose(0, 1_000_000)).ListOf();
        var scenarios = from shape in Gen.Choose(0, 1_000_000) from list in operations select (shape, list);
        Prop.ForAll(
                Arb.From(scenarios, Shrink),
                scenario =>
                {
                    var random = new Random(scenario.shape);
                    var sequences = random.Next(1, 6);
                    var options = Options(
                        random.Next(1, 14),
                        random.Next(1, 5),
                        random.Next(sequences, 20),
                        sequences,
                        random.Next(4) > 0
                    ) with
                    {
                        Watermark = random.Next(3) * 0.1,
                    };
                    if (options.MaxSequenceLength >= 2)
                        Run(random.Next(_systems.Length), options, scenario.list);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20260101UL, 3UL));
    }

    [Theory]
    [InlineData(10, 3, 10, 6, true, false)]
    [InlineData(24, 4, 32, 8, false, false)]
    [InlineData(10, 3, 10, 6, true, true)]
    [InlineData(24, 4, 32, 8, false, true)]
    public void Content_and_counts_hold_through_thousands_of_migrations(
        int blocks,
        int blockSize,
        int batchTokens,
        int sequences,
        bool caching,
        bool splits
    )
    {
        var options = Options(blocks, blockSize, batchTokens, sequences, caching);
        var system = splits ? DistServe.System : Vllm.System;
        var from = new LedgerHarness(
            options with
            {
                Role = splits ? WorkerRole.Prefill : WorkerRole.Whole,
            },
            system,
            "a"
        );
        var to = new LedgerHarness(options with { Role = splits ? WorkerRole.Decode : WorkerRole.Whole }, system, "b");
        foreach (var (operation, shape) in RandomOperations(seed: blocks, count: 20_000))
        {
            switch (operation)
            {
                case 0:
                    from.Park(shape);
                    break;
                case 1:
                    from.Offer(to);
                    break;
                case 2:
                    to.Arrive(from);
                    break;
                case 3 or 4:
                    // A decode worker has no requests of its own.
                    to.Operate(splits ? 2 + shape / 2 % 6 : shape / 2 % 8, shape);
                    break;
                default:
                    from.Operate(shape / 2 % 8, shape);
                    break;
            }
        }
        for (var turns = 0; from.HasWork || to.HasWork; turns++)
        {
            Assert.True(turns < 20_000, "no end in sight");
            from.DrainStep();
            from.Offer(to);
            to.Arrive(from);
            to.DrainStep();
        }
        from.JudgeEnd();
        to.JudgeEnd();
        Assert.True(from.Migrated > 100, $"{from.Migrated} migrations prove little");
    }

    [Fact]
    public void The_same_calls_give_the_same_decisions()
    {
        var options = Options(10, 3, 10, 6, caching: true);
        var first = Run(0, options, RandomOperations(7, 3000), log: []).Log;
        var second = Run(0, options, RandomOperations(7, 3000), log: []).Log;
        Assert.NotEmpty(first!);
        Assert.Equal(first, second);
    }

    private static LedgerHarness Run(
        int system,
        SchedulerOptions options,
        IEnumerable<(int Operation, int Shape)> operations,
        List<string>? log = null
    )
    {
        var harness = new LedgerHarness(options, _systems[system]) { Log = log };
        foreach (var (operation, shape) in operations)
            harness.Operate(operation, shape);
        harness.Drain();
        return harness;
    }

    /// <summary>Smaller scenarios of the same shape: without one of their parts, large parts first.</summary>
    private static IEnumerable<(int, List<(int, int)>)> Shrink((int Shape, List<(int, int)> Operations) scenario)
    {
        var (shape, operations) = scenario;
        for (var part = operations.Count; part > 0; part /= 2)
        {
            for (var start = 0; start + part <= operations.Count; start += part)
                yield return (shape, [.. operations[..start], .. operations[(start + part)..]]);
        }
    }

    private static IEnumerable<(int Operation, int Shape)> RandomOperations(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
            yield return (random.Next(8), random.Next(1_000_000));
    }

    private static SchedulerOptions Options(int blocks, int blockSize, int batchTokens, int sequences, bool caching) =>
        new()
        {
            BlockCount = blocks,
            BlockSize = blockSize,
            MaxBatchTokens = batchTokens,
            MaxSequences = sequences,
            EnablePrefixCaching = caching,
            HostBlockCount = blocks / 2,
            Tier = new KvTier(1, 0.5),
            Estimate = new Linear(1, 0.5, 0, 0),
        };
}
