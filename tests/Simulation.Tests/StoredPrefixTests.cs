// Owns what a slower tier is worth in a simulated cluster: the times of loading, computing and doing both.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests;

public sealed class StoredPrefixTests
{
    private const int Prefix = 16 * TraceRequest.PrefixBlock;

    /// <summary>1 ms a token to compute.</summary>
    private static readonly ILatencyModel _latency = new Linear(1, 1, 0, 0);

    [Theory]
    [InlineData(1.0)] // as fast as computing
    [InlineData(0.25)]
    [InlineData(4.0)]
    public void Doing_both_is_as_fast_as_the_rates_together(double loadMsPerToken)
    {
        var (load, both, auto, compute) = (
            Ttft(Cake.Load, loadMsPerToken),
            Ttft(Cake.System, loadMsPerToken),
            Ttft(Cake.Auto, loadMsPerToken),
            Ttft(SarathiServe.System, loadMsPerToken)
        );
        Assert.InRange(compute, Prefix, 1.01 * Prefix + 600);
        Assert.InRange(load, loadMsPerToken * (Prefix - 1), 1.01 * loadMsPerToken * Prefix + 600);
        var ideal = Prefix * loadMsPerToken / (1 + loadMsPerToken);
        Assert.InRange(both, ideal, 1.02 * ideal + 1200); // the last chunk of the slower side
        Assert.InRange(auto, ideal, 1.02 * ideal + 700);
        Assert.True(auto <= 1.05 * Math.Min(load, compute), $"auto {auto}, load {load}, compute {compute}");
    }

    [Fact]
    public void A_request_in_the_way_does_not_stop_the_loading()
    {
        // The second request computes 8192 tokens of its own while the first one's prefix is loaded.
        var result = Run(
            Cake.System,
            4,
            [Request(1, 0, 0, Prefix), Request(2, 100_000, 100, 8192), Request(3, 100_001, 0, Prefix)]
        );
        Assert.All(result.Timelines, t => Assert.False(double.IsNaN(t.FinishMs)));
        Assert.True(result.Timelines[2].LoadedTokens > 1900, $"{result.Timelines[2].LoadedTokens} tokens loaded");
        Assert.Equal(0, result.Workers[0].Stats.HeldBlocks);
    }

    private static double Ttft(ServingSystem system, double loadMsPerToken)
    {
        var result = Run(system, loadMsPerToken, [Request(1, 0, 0, Prefix), Request(2, 100_000, 0, Prefix)]);
        var second = result.Timelines[1];
        return second.FirstTokenMs - second.ArrivalMs;
    }

    private static SimulationResult Run(ServingSystem system, double loadMsPerToken, TraceRequest[] requests) =>
        new Simulator(
            ClusterPlan.Of(
                system,
                new WorkerPlan
                {
                    Options = new SchedulerOptions
                    {
                        BlockCount = 4096,
                        MaxBatchTokens = 512,
                        EnablePrefixCaching = false,
                        Estimate = _latency,
                    },
                    Latency = _latency,
                    KvBytesPerToken = 1000,
                    TierLink = new LinkPlan(1000 / loadMsPerToken),
                }
            )
        ).Run(requests);

    private static TraceRequest Request(int row, double ms, long content, int prompt) =>
        new()
        {
            Row = row,
            ArrivalMs = ms,
            PromptTokens = prompt,
            OutputTokens = 2,
            PrefixIds = [.. Enumerable.Range(0, (prompt + 511) / 512).Select(i => content + i)],
        };
}
