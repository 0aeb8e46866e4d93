// Owns what a plan for several models must be: every model placed once within the cluster, more to the popular ones, errors that help.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Simulation.Planning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Planning;

public sealed class MultiplexPlannerTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():N}.csv");

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete(_file + ".json");
    }

    [Fact]
    public void Every_model_has_one_place_and_the_meshes_fit_the_cluster()
    {
        var plan = MultiplexPlanner.Plan(Cluster(gpus: 4), Load(("llama-7b", 5), ("llama-13b", 1), ("llama-30b", 2)));
        Assert.InRange(plan.Units.Sum(unit => unit.Gpus), 1, 4);
        var placed = plan.Units.SelectMany(unit => unit.Models).ToList();
        Assert.Equal(["llama-13b", "llama-30b", "llama-7b"], placed.Select(p => p.Model).Order());
        Assert.All(placed, p => Assert.InRange(p.Throughput, 0.01, p.Rate + 1e-9));
        Assert.InRange(placed.Single(p => p.Model == "llama-7b").Rate, 4.5, 5.5);
        Assert.Contains("req/s are expected to be served", plan.Reason, StringComparison.Ordinal);
        Assert.Contains("second place", plan.PriceOfSecond, StringComparison.Ordinal);
        PlanFile.Write(_file + ".json", plan);
        Assert.True(PlanFile.IsMultiplexed(_file + ".json"));
        var read = PlanFile.ReadMultiplexed(_file + ".json");
        PlanFile.Write(_file, read);
        Assert.Equal(File.ReadAllText(_file + ".json"), File.ReadAllText(_file));
        Assert.Equal(["llama-7b", "llama-30b", "llama-13b"], read.Served.Select(model => model.Name));
    }

    [Theory]
    [InlineData("\"gpus\": 4", "\"gpus\": 2", "units")]
    [InlineData("\"device\": \"a100-80g\"", "\"device\": \"tpu\"", "device")]
    [InlineData("\"model\": \"llama-13b\"", "\"model\": \"gpt-9\"", "units[0].models[0].model")]
    [InlineData("\"name\": \"a\"", "\"name\": \"b\"", "units[1].models[0].name")]
    [InlineData("\"decode_share\": 0.3", "\"decode_share\": 1.5", "units[0].models[0].decode_share")]
    [InlineData("\"batch\": 7", "\"batch\": 0", "units[0].models[0].batch")]
    [InlineData("\"rate\": 5", "\"rate\": 0", "units[0].models[0].rate")]
    [InlineData("\"limit\": \"Arrivals\"", "\"limit\": \"Moon\"", "units[0].models[0].limit")]
    [InlineData("\"throughput\": 4", "\"throughput\": -4", "units[0].models[0].throughput")]
    public void A_bad_field_of_a_plan_is_named(string good, string bad, string field)
    {
        const string Rest = """ "rate": 5, "throughput": 4, "decode_share": 0.3, "batch": 7, "limit": "Arrivals" """;
        var text = $$"""
            { "device": "a100-80g", "gpus": 4, "throughput": 8, "reason": "because", "units": [
              { "gpus": 2, "models": [{ "name": "a", "model": "llama-13b",{{Rest}}}] },
              { "gpus": 2, "models": [{ "name": "b", "model": "llama-13b",{{Rest}}}] }
            ] }
            """;
        PlanFile.ParseMultiplexed(text);
        Assert.Contains(good, text, StringComparison.Ordinal);
        var problem = Assert.Throws<PlanningFormatException>(() =>
            PlanFile.ParseMultiplexed(text.Replace(good, bad, StringComparison.Ordinal))
        );
        Assert.Equal(field, problem.Field);
    }

    [Fact]
    public void Models_that_have_no_room_are_told_with_what_they_need()
    {
        var problem = Assert.Throws<NoPlacementException>(() =>
            MultiplexPlanner.Plan(Cluster(gpus: 1), Load(("llama-7b", 1), ("llama-65b", 1)))
        );
        Assert.Contains("llama-65b needs 4 devices", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_not_known_is_told_with_those_that_are()
    {
        var problem = Assert.Throws<ModelNameException>(() =>
            MultiplexPlanner.Plan(Cluster(gpus: 4), Load(("llama-7b", 1), ("gpt-9", 1)))
        );
        Assert.Contains("gpt-9", problem.Message, StringComparison.Ordinal);
        Assert.Contains("llama-13b", problem.Message, StringComparison.Ordinal);
    }

    private static ClusterDescription Cluster(int gpus) =>
        new()
        {
            Nodes = 1,
            GpusPerNode = gpus,
            Device = DeviceCatalog.Get("a100-80g"),
            Interconnect = LinkPlan.Instant,
            Network = LinkPlan.Instant,
        };

    /// <summary>A minute of requests, each model's evenly spaced.</summary>
    private RatedWorkload Load(params (string Model, int PerSecond)[] models)
    {
        var rows = models
            .SelectMany(m => Enumerable.Range(0, 60 * m.PerSecond).Select(i => (Ms: i * 1000 / m.PerSecond, m.Model)))
            .OrderBy(row => row.Ms)
            .Select(row => $"{row.Ms},161,337,{row.Model}");
        File.WriteAllLines(_file, ["arrival_ms,prompt_tokens,output_tokens,model", .. rows]);
        return RatedWorkload.OfTrace(_file);
    }
}
