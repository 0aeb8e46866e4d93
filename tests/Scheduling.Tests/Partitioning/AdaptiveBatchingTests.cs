// Owns the rules of adaptive batch scheduling: who launches, what waits for what, and how quotas move.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Partitioning;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class AdaptiveBatchingTests
{
    private static readonly ColocatedLlm _idle = new()
    {
        PrefillParts = 8,
        DecodeParts = 3,
        SequenceQuota = 100,
    };

    [Fact]
    public void Prefills_go_first_and_in_turn()
    {
        ColocatedLlm[] llms = [_idle with { Waiting = 1, Ready = 5 }, _idle, _idle with { Waiting = 1 }];
        var turn = LaunchTurn.First;
        Assert.Equal(new JobLaunch(0, true, 8), AdaptiveBatching.Adbs.Next(llms, 0, ref turn));
        llms[0] = llms[0] with { Waiting = 1, PrefillInFlight = false };
        Assert.Equal(new JobLaunch(2, true, 8), AdaptiveBatching.Adbs.Next(llms, 0, ref turn));
        Assert.Equal(new JobLaunch(0, true, 8), AdaptiveBatching.Adbs.Next(llms, 0, ref turn));
    }

    [Fact]
    public void Decodes_fill_what_a_prefill_leaves_and_a_little_more()
    {
        ColocatedLlm[] llms = [_idle with { PrefillInFlight = true, Ready = 4 }, _idle with { Ready = 4 }];
        var turn = LaunchTurn.First;
        Assert.Equal(new JobLaunch(0, false, 3), AdaptiveBatching.Adbs.Next(llms, 8, ref turn)); // 11 of 10 parts
        llms[0] = llms[0] with { DecodeInFlight = true };
        Assert.Null(AdaptiveBatching.Adbs.Next(llms, 11, ref turn)); // 14 is more than 12
        Assert.Equal(new JobLaunch(1, false, 3), AdaptiveBatching.Adbs.Next(llms, 9, ref turn));
    }

    [Fact]
    public void Decodes_wait_while_a_prefill_lacks_nothing_but_compute_units()
    {
        ColocatedLlm[] llms = [_idle with { Waiting = 1 }, _idle with { Ready = 4 }];
        var turn = LaunchTurn.First;
        Assert.Null(AdaptiveBatching.Adbs.Next(llms, 6, ref turn)); // another decode holds 6: 8 do not fit, 3 would
        llms[0] = llms[0] with { AwaitsBlocks = true };
        Assert.Equal(new JobLaunch(1, false, 3), AdaptiveBatching.Adbs.Next(llms, 6, ref turn));
        llms[0] = llms[0] with { AwaitsBlocks = false, Sequences = 100 };
        Assert.Equal(new JobLaunch(1, false, 3), AdaptiveBatching.Adbs.Next(llms, 6, ref turn)); // its quota is used up
    }

    [Fact]
    public void First_come_first_served_serves_the_oldest_and_lets_nobody_pass()
    {
        ColocatedLlm[] llms =
        [
            _idle with
            {
                Waiting = 1,
                OldestWaitingMs = 20,
            },
            _idle with
            {
                Waiting = 1,
                OldestWaitingMs = 10,
                Ready = 1,
                OldestReadyMs = 5,
            },
        ];
        var turn = LaunchTurn.First;
        Assert.Equal(new JobLaunch(1, true, 8), AdaptiveBatching.Fcfs.Next(llms, 0, ref turn));
        Assert.Null(AdaptiveBatching.Fcfs.Next(llms, 9, ref turn));
        llms[1] = llms[1] with { PrefillInFlight = true };
        Assert.Equal(new JobLaunch(1, false, 3), AdaptiveBatching.Fcfs.Next(llms, 8, ref turn)); // one prefill at a time
    }

    [Fact]
    public void Fixed_phases_take_turns_within_an_llm()
    {
        ColocatedLlm[] llms = [_idle with { Waiting = 1, Ready = 1, DecodeInFlight = true }];
        var turn = LaunchTurn.First;
        Assert.Null(AdaptiveBatching.FixedPhases.Next(llms, 3, ref turn));
        Assert.Null(AdaptiveBatching.FixedQuotas.Next(llms, 6, ref turn));
        Assert.Equal(new JobLaunch(0, true, 8), AdaptiveBatching.FixedQuotas.Next(llms, 3, ref turn));
    }

    [Fact]
    public void Quotas_begin_in_proportion_to_rate_and_size()
    {
        var quotas = new long[2];
        AdaptiveBatching.Adbs.Begin(1200, [2, 8], [200, 100], quotas);
        Assert.Equal([400, 800], quotas);
        AdaptiveBatching.FixedQuotas.Begin(1200, [2, 8], [200, 100], quotas);
        Assert.Equal([800, 400], quotas);
        AdaptiveBatching.RoundRobin.Begin(1200, [2, 8], [200, 100], quotas);
        Assert.Equal([1200, 1200], quotas);
    }

    [Fact]
    public void Whoever_is_short_grows_by_a_tenth_of_its_batch_at_the_cost_of_who_is_not()
    {
        // 50 of 50 sequences used, 80 requests: five more sequences of 10 blocks. The donors spare 0.95 − 0.5 and 0.95 − 0.05.
        QuotaUse[] uses = [new(500, 10, 50, 80), new(400, 10, 20, 20), new(800, 10, 4, 4)];
        var quotas = new long[3];
        AdaptiveBatching.Adbs.Adapt(uses, quotas);
        Assert.Equal(550, quotas[0]);
        Assert.Equal(1700, quotas.Sum());
        Assert.Equal(400 - 10, quotas[1]); // 50 · 180 / 900
        Assert.Equal(800 - 40, quotas[2]); // 50 · 720 / 900
        AdaptiveBatching.Adbs.Adapt([uses[0] with { Requests = 54 }, uses[1], uses[2]], quotas);
        Assert.Equal(500, quotas[0]); // fewer requests than 1.1 batches: enough
        AdaptiveBatching.FixedQuotas.Adapt(uses, quotas);
        Assert.Equal([500, 400, 800], quotas);
    }

    [Fact]
    public void Adapting_creates_no_blocks_and_takes_nobodys_last_sequence()
    {
        var use =
            from sequences in Gen.Choose(1, 60)
            from perSequence in Gen.Choose(1, 500)
            from rest in Gen.Choose(0, 500)
            from utilization in Gen.Choose(0, 110)
            from requests in Gen.Choose(0, 200)
            select new QuotaUse(
                (long)sequences * perSequence + rest,
                perSequence,
                sequences * utilization / 100.0,
                requests
            );
        Prop.ForAll(
                Arb.From(use.NonEmptyListOf()),
                list =>
                {
                    QuotaUse[] uses = [.. list];
                    var quotas = new long[uses.Length];
                    AdaptiveBatching.Adbs.Adapt(uses, quotas);
                    Assert.Equal(uses.Sum(one => one.Quota), quotas.Sum());
                    for (var i = 0; i < uses.Length; i++)
                    {
                        Assert.True(quotas[i] >= uses[i].BlocksPerSequence, "someone lost its last sequence");
                        if (uses[i].Utilization >= 0.9)
                            Assert.True(quotas[i] >= uses[i].Quota, "a pressed LLM gave blocks away");
                        else
                            Assert.True(
                                quotas[i] >= Math.Floor(uses[i].MeanBatch * uses[i].BlocksPerSequence),
                                "a donor gave what it uses"
                            );
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true));
    }

    [Fact]
    public void A_device_with_work_is_never_left_idle()
    {
        var llm =
            from waiting in Gen.Choose(0, 2)
            from ready in Gen.Choose(0, 2)
            from prefill in Gen.Choose(3, 10)
            from decode in Gen.Choose(3, 9)
            select new ColocatedLlm
            {
                PrefillParts = prefill,
                DecodeParts = decode,
                Waiting = waiting,
                Ready = ready,
                Sequences = ready,
                SequenceQuota = int.MaxValue,
            };
        AdaptiveBatching[] variants =
        [
            AdaptiveBatching.Adbs,
            AdaptiveBatching.FixedQuotas,
            AdaptiveBatching.FixedPhases,
            AdaptiveBatching.RoundRobin,
            AdaptiveBatching.Fcfs,
        ];
        Prop.ForAll(
                Arb.From(llm.NonEmptyListOf()),
                list =>
                {
                    ColocatedLlm[] llms = [.. list];
                    foreach (var variant in variants)
                    {
                        var turn = LaunchTurn.First;
                        var hasWork = llms.Any(one => one.Waiting > 0 || one.Ready > 0);
                        Assert.Equal(hasWork, variant.Next(llms, 0, ref turn) is not null);
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));
    }
}
