// Owns the claim that Tern's own composition keeps more promises than the systems it is made of, on the same hardware.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Simulation.Tests;

public sealed class TernServeTests
{
    private const int Workers = 4;
    private static readonly LatencyTargets _targets = new(TtftMs: 1000, TpotMs: 50);

    [SharedTheory]
    [InlineData("azure-2023-code.csv", 1.5)]
    [InlineData("azure-2023-conversation.csv", 8)]
    public void More_requests_are_served_in_time_than_under_the_systems_it_is_made_of(string trace, double speed)
    {
        var workload = TraceReader
            .Read(SharedData.PathOf("traces", trace))
            .Take(1000)
            .Select(request => request with { ArrivalMs = request.ArrivalMs / speed })
            .ToList();
        var tern = InTime(Whole(TernServe.System, 8192), workload);
        Assert.True(tern >= 0.9 * workload.Count, $"{tern} of {workload.Count}");
        Assert.InRange(InTime(Whole(Vllm.System, 8192), workload), 0, tern - 1);
        Assert.InRange(InTime(Whole(SarathiServe.System, 512), workload), 0, tern - 1);
        Assert.InRange(InTime(Whole(SarathiServe.System, 2048), workload), 0, tern - 1);
        for (var prefill = 1; prefill < Workers; prefill++)
            Assert.InRange(InTime(Split(Mooncake.System, prefill), workload), 0, tern - 1);
    }

    /// <summary>Requests that had first token and pace in time; who was rejected had neither.</summary>
    private static int InTime(ClusterPlan plan, List<TraceRequest> workload) =>
        new Simulator(plan)
            .Run(workload)
            .Timelines.Count(t =>
                t.FirstTokenMs - t.ArrivalMs <= _targets.TtftMs
                && t.FinishMs - t.FirstTokenMs <= (t.GeneratedTokens - 1) * _targets.TpotMs
            );

    private static ClusterPlan Whole(ServingSystem system, int budget) =>
        ClusterPlan.Of(system, Worker(WorkerRole.Whole, budget), Workers);

    private static ClusterPlan Split(ServingSystem system, int prefill) =>
        new()
        {
            System = system,
            KvLink = LinkPlan.GigabytesPerSecond(100),
            Workers =
            [
                .. Enumerable.Repeat(Worker(WorkerRole.Prefill, 8192), prefill),
                .. Enumerable.Repeat(Worker(WorkerRole.Decode, 8192), Workers - prefill),
            ],
        };

    private static WorkerPlan Worker(WorkerRole role, int budget)
    {
        var (device, model) = (DeviceCatalog.Get("a100-80g"), ModelCatalog.Get("llama-3.1-8b"));
        var latency = new Roofline(device, model);
        return new WorkerPlan
        {
            Options = new SchedulerOptions
            {
                BlockCount = (int)(KvCapacity.Tokens(device.MemoryBytes, model) / 16),
                MaxBatchTokens = budget,
                EnablePrefixCaching = false,
                Estimate = latency,
                Targets = _targets,
                Role = role,
            },
            Latency = latency,
            KvBytesPerToken = model.KvBytesPerToken,
        };
    }
}
