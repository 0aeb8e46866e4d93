// Owns which replica each routing policy chooses.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Routing;

namespace Tern.Scheduling.Tests.Routing;

public sealed class RoutingPolicyTests
{
    private const int Chunk = PrefixIndex.ChunkTokens;

    [Fact]
    public void Without_prefixes_and_load_the_first_replica_is_as_early_as_any()
    {
        var replicas = Replicas(3);
        Assert.Equal(0, Route(new EarliestTtft(), replicas, Ask(1)).Replica!.Index);
    }

    [Fact]
    public void A_replica_with_the_prefix_wins_until_its_queue_outweighs_it()
    {
        var replicas = Replicas(2);
        var policy = new EarliestTtft(new EarliestTtft.Options { TransferMsPerToken = 1e6 }).For(replicas);
        Assert.Equal(0, Give(Ask(1, 2)).Replica!.Index);
        // Half of the prompt is on 0 but its queue lasts longer than the other half; without fetching 1 would compute it all.
        Assert.Equal(0, Give(Ask(1, 2)).Replica!.Index);
        Assert.Equal(1, Give(Ask(8)).Replica!.Index);
        Assert.Equal(1, Give(Ask(8)).Replica!.Index);

        RoutingDecision Give(Request request)
        {
            var decision = policy.Route(request, replicas, 0);
            replicas.Assign(decision.Replica!, request.PromptTokens);
            return decision;
        }
    }

    [Fact]
    public void A_hot_prefix_is_fetched_by_a_replica_that_is_idle()
    {
        var replicas = Replicas(2);
        var policy = new EarliestTtft(new EarliestTtft.Options { TransferMsPerToken = 0.001 }).For(replicas);
        var hot = Ask(1, 2, 3);
        replicas.Assign(policy.Route(hot, replicas, 0).Replica!, hot.PromptTokens);
        var second = policy.Route(hot with { Id = "s" }, replicas, 0);
        Assert.Equal((1, 0, 3 * Chunk), (second.Replica!.Index, second.FetchFrom!.Index, second.FetchTokens));
        // Now it holds the prefix itself.
        replicas.Assign(second.Replica!, hot.PromptTokens);
        Assert.Null(policy.Route(hot with { Id = "t" }, replicas, 0).FetchFrom);
    }

    [Fact]
    public void Who_cannot_have_a_first_token_in_time_anywhere_is_rejected()
    {
        var replicas = Replicas(2, new LatencyTargets(TtftMs: 1200));
        var policy = new EarliestTtft().For(replicas);
        for (var i = 0; i < 4; i++)
        {
            var decision = policy.Route(Ask(i * 10, i * 10 + 1), replicas, 0); // 1034 ms each
            Assert.Equal(i >= 2, decision.Rejection is not null);
            if (decision.Replica is { } replica)
                replicas.Assign(replica, 2 * Chunk);
        }
        Assert.Null(policy.Route(Ask(70), replicas, 1000).Rejection);
    }

    [Fact]
    public void Affinity_follows_the_prefix_unless_load_is_out_of_balance()
    {
        var replicas = Replicas(2);
        var policy = new PrefixAffinity(new PrefixAffinity.Options { MaxDifference = 2 }).For(replicas);
        var chosen = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var replica = policy.Route(Ask(1, 2) with { Id = $"{i}" }, replicas, 0).Replica!;
            replicas.Assign(replica, 1);
            chosen.Add(replica.Index);
        }
        Assert.Equal([0, 0, 0, 1, 1], chosen);
    }

    [Fact]
    public void Random_is_the_same_in_every_run_and_reaches_everybody_about_equally()
    {
        var counts = new int[4];
        foreach (var replicas in new[] { Replicas(4), Replicas(4) })
        {
            for (var i = 0; i < 4000; i++)
            {
                var replica = Route(new RandomByHash(), replicas, Ask(1)).Replica!;
                replicas.Assign(replica, 1);
                counts[replica.Index]++;
            }
        }
        Assert.All(counts, count => Assert.True(count % 2 == 0 && count is > 1800 and < 2200));
    }

    [Fact]
    public void A_policy_with_memory_is_not_asked_without_its_set() =>
        Assert.Throws<InvalidOperationException>(() => new PrefixAffinity().Route(Ask(1), Replicas(1), 0));

    private static RoutingDecision Route(IRoutingPolicy policy, ReplicaSet replicas, Request request) =>
        policy.For(replicas).Route(request, replicas, 0);

    private static ReplicaSet Replicas(int count, LatencyTargets? targets = null)
    {
        var options = new SchedulerOptions
        {
            BlockCount = 1000,
            Estimate = new Linear(10, 1, 0, 0),
            Targets = targets ?? LatencyTargets.None,
        };
        return new ReplicaSet(Enumerable.Range(0, count).Select(i => new Replica(i, new Scheduler(options))));
    }

    private static Request Ask(params int[] content) =>
        new()
        {
            Id = "r",
            Prompt = content.SelectMany(id => Enumerable.Repeat(id, Chunk)).ToArray(),
            MaxNewTokens = 1,
        };
}
