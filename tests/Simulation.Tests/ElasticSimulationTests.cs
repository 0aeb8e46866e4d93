// Owns what a simulation of elastic instances must be: every request served, the same every time, rivals that differ where they should.
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Simulation.Reports;
using Tern.Simulation.Reproductions;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests;

public sealed class ElasticSimulationTests
{
    public static TheoryData<string> Deployments => new() { "elastic", "sequence", "tensor", "replicated", "apart" };

    [Theory]
    [MemberData(nameof(Deployments))]
    public void Everybody_is_served_once_and_the_same_every_time(string name)
    {
        var (first, second) = (Run(), Run());
        Assert.Equal(Text(first), Text(second));
        Assert.Equal((300L, 300), (first.Served, first.Timelines.Count));
        Assert.Empty(first.Refused);
        Assert.All(first.Workers, worker => Assert.Equal(0, worker.Stats.HeldBlocks));
        Assert.InRange(first.KvHighWater, 0, 1);
        Assert.InRange(first.Utilization, 0, 1);
        Assert.All(
            first.Timelines,
            t =>
                Assert.True(
                    t.ArrivalMs <= t.FirstScheduledMs
                        && t.FirstScheduledMs < t.FirstTokenMs
                        && t.FirstTokenMs <= t.FinishMs
                )
        );

        SimulationResult Run() => Deployment(name).Run(LoongServeWorkload.Zipf(1.2, 1, 300));
    }

    [Fact]
    public void A_lone_prompt_takes_what_the_cost_model_says()
    {
        var cost = Tern.Scheduling.Systems.LoongServe.LwmOnA800(2).Costs(4);
        var timeline = Deployment("elastic")
            .Run([
                new TraceRequest
                {
                    Row = 1,
                    ArrivalMs = 5,
                    PromptTokens = 100_000,
                    OutputTokens = 3,
                },
            ])
            .Timelines[0];
        Assert.Equal(cost.PrefillMs(4, 100_000, 1e10), timeline.FirstTokenMs - 5, 1e-6);
        // All tokens stay on one instance, which decodes alone.
        Assert.Equal(
            cost.Decode.Ms(1, 1, 100_001) + cost.Decode.Ms(1, 1, 100_002),
            timeline.FinishMs - timeline.FirstTokenMs,
            1e-6
        );
    }

    [Fact]
    public void Finished_requests_are_told_and_timelines_left_out_if_not_wanted()
    {
        var told = 0;
        var basis = Tern.Scheduling.Systems.LoongServe.Published(4, 2, 64);
        var result = new ElasticSimulation(basis, Tern.Scheduling.Systems.LoongServe.LwmOnA800(2).Costs(4))
        {
            KeepTimelines = false,
            Finished = _ => told++,
        }.Run(LoongServeWorkload.ShareGpt(5, 50));
        Assert.Equal((50, 50L, 0), (told, result.Served, result.Timelines.Count));
    }

    private static ElasticSimulation Deployment(string name) =>
        name switch
        {
            "elastic" => LoongServeDeployment.Elastic(64, BatchingBound.Exact),
            "sequence" => LoongServeDeployment.FixedSequence(),
            "tensor" => LoongServeDeployment.FixedTensor(),
            "replicated" => LoongServeDeployment.Replicated(),
            _ => LoongServeDeployment.Disaggregated(),
        };

    private static string Text(SimulationResult result)
    {
        using var writer = new StringWriter();
        TimelineWriter.Write(writer, result.Timelines);
        return writer.ToString();
    }
}
