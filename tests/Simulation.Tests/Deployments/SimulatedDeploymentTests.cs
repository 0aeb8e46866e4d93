// Owns what a deployment in words must become: a simulation with the memory that arithmetic gives, or an error that says what is right.
using Tern.Scheduling.Systems;
using Tern.Simulation.Deployments;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Deployments;

public sealed class SimulatedDeploymentTests
{
    private static readonly DeploymentSpec _spec = new()
    {
        System = "vllm",
        Model = "opt-13b",
        Device = "a100-80g",
    };

    public static TheoryData<string> Systems => [.. DeploymentCatalog.All.Select(system => system.Name)];

    [Fact]
    public void Every_system_of_the_scheduling_catalog_can_be_deployed() =>
        Assert.Empty(
            SystemCatalog.All.Select(system => system.Name).Except(DeploymentCatalog.All.Select(system => system.Name))
        );

    [Theory]
    [MemberData(nameof(Systems))]
    public void Every_system_serves_every_request_of_a_light_load(string system)
    {
        var spec = _spec with
        {
            System = system,
            Devices = 4,
            Pipeline = system.StartsWith("dynapipe", StringComparison.Ordinal) ? 2 : 1,
            MaxModelLength = 2048,
        };
        var workload = RatedWorkload.OfSpec("poisson:rate=2,lengths=chat,n=40");
        var result = SimulatedDeployment.Of(spec).Simulation().Run(workload.At(null));
        Assert.Empty(result.Refused);
        Assert.Equal(40, result.Timelines.Count(timeline => !double.IsNaN(timeline.FinishMs)));
        Assert.Equal(
            workload.Requests.Sum(request => request.OutputTokens),
            result.Timelines.Sum(timeline => timeline.GeneratedTokens)
        );
    }

    [Fact]
    public void Memory_is_what_the_published_simulator_computes()
    {
        // DistServe's max_num_tokens.csv: OPT-13B on one A100 and over two; there each device holds the embeddings whole.
        Assert.InRange(SimulatedDeployment.Of(_spec).KvTokens, 0.99 * 66_144, 1.01 * 66_144);
        var two = SimulatedDeployment.Of(_spec with { Devices = 2, Tensor = 2 });
        Assert.InRange(two.KvTokens, 0.99 * 163_008, 1.01 * 163_008);
    }

    [Theory]
    [InlineData("system 'vlm': unknown; known are faster-transformer", "vlm", "opt-13b", "a100-80g", 1, 1, 1)]
    [InlineData("model 'opt-6.7b': unknown; known are opt-13b", "vllm", "opt-6.7b", "a100-80g", 1, 1, 1)]
    [InlineData("device 'b200': unknown; known are a100-40g", "vllm", "opt-13b", "b200", 1, 1, 1)]
    [InlineData("give tensor 2", "vllm", "opt-66b", "a100-80g", 1, 1, 1)]
    [InlineData("give a multiple of 3", "vllm", "opt-13b", "a100-80g", 8, 3, 1)]
    [InlineData("40 heads", "vllm", "opt-13b", "a100-80g", 64, 64, 1)]
    [InlineData("40 layers", "vllm", "opt-13b", "a100-80g", 64, 1, 64)]
    [InlineData("0 devices", "vllm", "opt-13b", "a100-80g", 0, 1, 1)]
    [InlineData("give a multiple of 2 instances (2 devices)", "distserve", "opt-13b", "a100-80g", 1, 1, 1)]
    [InlineData("give pipeline 2 or more", "dynapipe", "opt-13b", "a100-80g", 2, 1, 1)]
    [InlineData("leave tensor and pipeline at 1", "bullet", "opt-13b", "a100-80g", 2, 2, 1)]
    [InlineData("leave pipeline at 1", "loongserve", "opt-13b", "a100-80g", 2, 1, 2)]
    public void What_cannot_be_says_what_would_be_right(
        string expected,
        string system,
        string model,
        string device,
        int devices,
        int tensor,
        int pipeline
    )
    {
        var spec = new DeploymentSpec
        {
            System = system,
            Model = model,
            Device = device,
            Devices = devices,
            Tensor = tensor,
            Pipeline = pipeline,
        };
        var problem = Assert.Throws<DeploymentException>(() => SimulatedDeployment.Of(spec));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ttft=0.001", "the prefill of one token takes")]
    [InlineData("tpot=0.001", "one token takes")]
    [InlineData("e2e=0.001", "an answer of one token takes")]
    [InlineData("normalized=0.001", "one token takes")]
    public void An_objective_that_no_request_can_meet_is_refused(string objective, string expected)
    {
        var deployment = SimulatedDeployment.Of(_spec);
        var problem = Assert.Throws<DeploymentException>(() =>
            deployment.CheckObjective(ServiceObjective.Parse(objective), MetricDefinitions.DistServeTestbed)
        );
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        deployment.CheckObjective(ServiceObjective.Parse("ttft=0.25,tpot=0.1"), MetricDefinitions.DistServeTestbed);
    }

    [Fact]
    public void Published_latencies_are_of_what_was_profiled()
    {
        var published = _spec with { Latency = LatencySource.Published };
        SimulatedDeployment.Of(published);
        Assert.Contains(
            "opt-13b 1",
            Assert
                .Throws<DeploymentException>(() => SimulatedDeployment.Of(published with { Model = "llama-7b" }))
                .Message
        );
        Assert.Contains(
            "are of a100-80g",
            Assert.Throws<DeploymentException>(() => SimulatedDeployment.Of(published with { Device = "h100" })).Message
        );
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0:1")]
    [InlineData("1:x")]
    [InlineData("1:2:3")]
    public void A_split_that_is_no_ratio_is_refused(string text) =>
        Assert.Contains("prefill:decode", Assert.Throws<DeploymentException>(() => PhaseSplit.Parse(text)).Message);
}
