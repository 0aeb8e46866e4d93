// Owns the proof that a plan runs as it was rated: its instances, its cuts, its copies.
using Tern.Simulation.Deployments;
using Tern.Simulation.Planning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Deployments;

public sealed class PlannedModelsTests : IDisposable
{
    private static readonly RatedWorkload _workload = RatedWorkload.OfSpec("poisson:rate=4,prompt=300,output=30,n=200");
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void One_copy_that_does_both_phases_is_the_system_on_its_devices()
    {
        var planned = Run(
            Plan(
                """{ "system": "vllm", "copies": 1, "gpus": 2, "goodput_per_gpu": 1, "instance": { "instances": 1, "tensor": 2, "pipeline": 1 } }"""
            )
        );
        var direct = SimulatedDeployment.Of(_spec with { System = "vllm", Model = "opt-13b", Devices = 2, Tensor = 2 });
        Assert.Equal(direct.Simulation().Run(_workload.At(null)).DurationMs, planned.DurationMs);
    }

    [Fact]
    public void Phases_apart_keep_their_own_cuts_and_copies_take_turns()
    {
        var deployment = Plan(
            """
            { "system": "distserve", "copies": 2, "gpus": 6, "goodput_per_gpu": 1,
              "prefill": { "instances": 1, "tensor": 2, "pipeline": 1 }, "decode": { "instances": 1, "tensor": 1, "pipeline": 1 } }
            """
        );
        Assert.Equal("distserve (plan)", deployment.Name);
        Assert.Contains("prefill 2 a100-80g (tensor 2", deployment.Instances, StringComparison.Ordinal);
        var result = Run(deployment);
        Assert.Equal(200, result.Served);
        Assert.Equal(200, result.Migrations);
        // Each copy has a prefill worker of two devices and a decode worker of one.
        Assert.Equal([2, 2], result.Workers.Chunk(2).Select(copy => copy[0].Devices / copy[1].Devices));
        var turns = result.Workers.Chunk(2).Select(copy => copy[0].BusyMs).ToList();
        Assert.InRange(turns[0] / turns[1], 0.7, 1.4);
    }

    [Fact]
    public void A_plan_of_several_models_serves_them_where_it_put_them()
    {
        var models = ServedModel.List("llama-7b,chat=llama-7b");
        var workload = RatedWorkload.OfSpec(
            "powerlaw:alpha=1,models=2,rate=6,prompt=200,output=40,n=200",
            models: ["llama-7b", "chat"]
        );
        const string Rest =
            """ "model": "llama-7b", "throughput": 4, "decode_share": 0.3, "batch": 7, "limit": "Arrivals" """;
        File.WriteAllText(
            _file,
            $$"""
            { "device": "a100-80g", "gpus": 2, "throughput": 8, "reason": "because", "units": [
              { "gpus": 1, "models": [{ "name": "chat", "rate": 2,{{Rest}}}, { "name": "llama-7b", "rate": 4,{{Rest}}}] }
            ] }
            """
        );
        var planned = PlannedModels.Read(_file);
        Assert.Equal(models, planned.Models);
        var deployment = planned.Deploy(_spec, workload);
        Assert.StartsWith("chat + llama-7b on 1 × a100-80g; 1 idle", deployment.Instances, StringComparison.Ordinal);
        Assert.Equal(200, deployment.Simulation().Run(workload.At(null)).Served);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_plan_is_said_to_be_none(string text)
    {
        File.WriteAllText(_file, text);
        Assert.Contains(
            "no plan of tern plan",
            Assert.Throws<PlanningFormatException>(() => PlannedModels.Read(_file)).Message,
            StringComparison.Ordinal
        );
    }

    private static readonly DeploymentSpec _spec = new()
    {
        System = "",
        Model = "",
        Device = "a100-80g",
        MaxModelLength = 2048,
    };

    private static SimulationResult Run(IDeployment deployment) => deployment.Simulation().Run(_workload.At(null));

    private IDeployment Plan(string ranked)
    {
        File.WriteAllText(
            _file,
            $$"""{ "model": "opt-13b", "device": "a100-80g", "gpus": 8, "refused": 0, "reason": "because", "ranked": [{{ranked}}] }"""
        );
        return PlannedModels.Read(_file).Deploy(_spec, _workload);
    }
}
