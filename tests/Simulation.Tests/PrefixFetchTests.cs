// Owns what it takes to copy a cached prefix from one simulated worker to another.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Routing;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests;

public sealed class PrefixFetchTests
{
    [Fact]
    public void A_fetched_prefix_takes_its_transfer_and_is_not_computed_again()
    {
        // Steps of 10 ms and 1 ms a token of prefill; 1024 of the prompt's 1100 tokens are the same.
        var result = new Simulator(Plan(2)) { RecordBatches = true }.Run([Request(1, 0), Request(2, 2000)]);
        Assert.Equal([0, 1024], result.Timelines.Select(t => t.CachedTokens));
        // On the worker that has the prefix it would be the same without the transfer, so it goes there.
        Assert.Equal(2000 + 10 + 76, result.Timelines[1].FirstTokenMs);
        Assert.Equal(0, result.Workers.Sum(w => w.ReceivedBytes));

        // While that one computes another prompt, the idle one fetches the prefix: 1024 tokens of 100 bytes over 1024 bytes/ms and 5 ms.
        result = new Simulator(Plan(2)).Run([Request(1, 0), Request(3, 2000, first: 50), Request(2, 2001)]);
        Assert.Equal(102400, result.Workers.Sum(w => w.ReceivedBytes));
        var fetched = result.Timelines.Single(t => t.RequestId == "2");
        Assert.Equal((1024, 2001 + 105 + 10 + 76), (fetched.CachedTokens, fetched.FirstTokenMs));
        Assert.All(result.Workers, worker => Assert.Equal(0, worker.Stats.HeldBlocks));
    }

    private static ClusterPlan Plan(int workers)
    {
        var latency = new Linear(10, 1, 0, 0);
        var routing = new EarliestTtft(new EarliestTtft.Options { TransferMsPerToken = 100.0 / 1024 });
        return ClusterPlan.Of(
            SarathiServe.System with
            {
                Routing = routing,
            },
            new WorkerPlan
            {
                Options = new SchedulerOptions
                {
                    BlockCount = 1000,
                    BlockSize = 512,
                    Estimate = latency,
                },
                Latency = latency,
                KvBytesPerToken = 100,
            },
            workers
        ) with
        {
            KvLink = new LinkPlan(1024, 5),
        };
    }

    private static TraceRequest Request(int row, double arrivalMs, long first = 1) =>
        new()
        {
            Row = row,
            ArrivalMs = arrivalMs,
            PromptTokens = 1100,
            OutputTokens = 1,
            PrefixIds = [first, first + 1, 100 + row],
        };
}
