// Owns what deployments of several models must be: every request at its model, devices divided by work, each model's figures, errors that help.
using System.Globalization;
using Tern.Simulation.Deployments;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Deployments;

public sealed class SeveralModelsTests
{
    private static readonly ServiceObjective _objective = ServiceObjective.Parse("ttft=0.5,tpot=0.1");
    private static readonly DeploymentSpec _spec = new()
    {
        System = "",
        Model = "",
        Device = "a100-80g",
        Devices = 4,
        MaxModelLength = 4096,
    };

    [Fact]
    public void Every_system_serves_every_model_and_the_models_add_up()
    {
        var runs = Compare("muxserve,vllm,distserve", "llama-7b,chat=llama-7b").Run([]).Runs;
        Assert.Equal(["muxserve", "vllm", "distserve"], runs.Select(run => run.Name));
        foreach (var run in runs)
        {
            Assert.Equal(300, run.Metrics.Served);
            Assert.Equal(["chat", "llama-7b"], run.Metrics.Models.Keys);
            Assert.Equal(300, run.Metrics.Models.Values.Sum(model => model.Served));
            // The power law with exponent 1 gives the first model two thirds.
            Assert.InRange(run.Metrics.Models["llama-7b"].Served, 170, 230);
        }
    }

    [Fact]
    public void A_model_alone_is_served_as_if_there_were_no_other()
    {
        var workload = Workload("llama-7b,llama-13b");
        var both = Compare("vllm", "llama-7b,llama-13b").Run([]).Runs[0].Metrics.Models["llama-13b"];
        var own = workload.Requests.Where(request => request.Model == "llama-13b").ToList();
        var alone = SimulatedDeployment
            .Of(_spec with { System = "vllm", Model = "llama-13b", Devices = 2 })
            .Simulation()
            .Run(own.Select(request => request with { Model = "" }));
        var metrics = new ServingMetrics(MetricDefinitions.DistServeTestbed, _objective);
        foreach (var timeline in alone.Timelines)
            metrics.Add(timeline);
        Assert.Equal(metrics.Tpot.Mean, both.Tpot.Mean);
        Assert.Equal(metrics.Ttft.Max, both.Ttft.Max);
    }

    [Fact]
    public void Devices_go_where_the_work_is_and_what_fits_nowhere_is_said_to_be_idle()
    {
        var models = ServedModel.List("llama-7b,chat=llama-7b");
        var loads = ModelLoad.Of(Workload("llama-7b,chat=llama-7b", alpha: 1.6), models);
        Assert.Equal([3, 1], Partition("vllm", 4).Devices);
        Assert.Equal([2, 2], Partition("distserve", 5).Devices);
        Assert.Contains("; 1 idle", Partition("distserve", 5).Instances, StringComparison.Ordinal);

        PartitionedDeployment Partition(string system, int devices) =>
            PartitionedDeployment.Of(_spec with { System = system, Devices = devices }, loads);
    }

    [Fact]
    public void A_model_that_needs_more_devices_gets_the_smallest_instance_that_holds_it()
    {
        var models = ServedModel.List("llama-7b,llama-65b");
        var partition = PartitionedDeployment.Of(
            _spec with
            {
                System = "vllm",
            },
            ModelLoad.Of(Workload("llama-7b,llama-65b"), models)
        );
        Assert.Contains("llama-65b 1 × a100-80g (tensor 2)", partition.Instances, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_has_a_row_for_each_model_and_csv_and_json_a_column()
    {
        var table = new ResultTable(Compare("muxserve,vllm", "llama-7b,chat=llama-7b").Run([]).Runs);
        Assert.Equal(
            ["muxserve", "  chat", "  llama-7b", "vllm", "  chat", "  llama-7b"],
            table.Blocks()[0].Rows.Select(row => row[0])
        );
        using var csv = new StringWriter();
        table.WriteCsv(csv);
        Assert.StartsWith("system,model,rate_req_s,", csv.ToString(), StringComparison.Ordinal);
        Assert.Contains("\nvllm,chat,,", csv.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_comparisons_give_equal_bytes()
    {
        Assert.Equal(Csv(), Csv());

        static string Csv()
        {
            using var text = new StringWriter();
            new ResultTable(Compare("muxserve,bullet", "llama-7b,llama-13b").Run([2, 8]).Runs).WriteCsv(text);
            return text.ToString();
        }
    }

    [Fact]
    public void Heads_of_two_sizes_share_no_mesh()
    {
        var loads = ModelLoad.Of(Workload("llama-7b,qwen2.5-0.5b"), ServedModel.List("llama-7b,qwen2.5-0.5b"));
        var apart = MultiplexedDeployment.Of(_spec with { Devices = 2 }, loads);
        Assert.DoesNotContain("+", apart.Instances, StringComparison.Ordinal);
        var problem = Assert.Throws<DeploymentException>(() =>
            MultiplexedDeployment.Of(_spec with { Devices = 1 }, loads)
        );
        Assert.Contains("their heads differ in size", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vllm", 1, "at the least llama-7b 1, llama-13b 1; give 2 devices or more")]
    [InlineData("distserve", 3, "at the least llama-7b 2, llama-13b 2; give 4 devices or more")]
    [InlineData("muxserve", 9, "no whole nodes of 8")]
    [InlineData("dynapipe", 4, "give pipeline 2 or more")]
    [InlineData("vlm", 4, "unknown; known are")]
    public void What_cannot_be_says_what_would_be_right(string system, int devices, string expected)
    {
        var problem = Assert.Throws<DeploymentException>(() =>
            Compare(system, "llama-7b,llama-13b", _spec with { Devices = devices })
        );
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama-7b,gpt-9", "model 'gpt-9': unknown; known are")]
    [InlineData("llama-7b,llama-7b", "one=llama-7b,other=llama-7b")]
    [InlineData("llama-7b,", "a name is missing")]
    public void A_list_of_models_with_a_mistake_is_refused(string models, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<ModelNameException>(() => ServedModel.List(models)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("llama-7b,llama-13b", "row 2, model: 'gpt' is not served; served are llama-7b, llama-13b")]
    [InlineData("llama-7b,gpt=llama-7b", "row 3, model: missing")]
    [InlineData("llama-7b", "row 2, model: 'gpt' is not served; served are llama-7b")]
    public void A_request_for_a_model_that_is_not_served_is_named_by_its_row(string models, string expected)
    {
        var problem = Assert.Throws<ModelNameException>(() =>
            DeploymentList.Of(
                "vllm",
                _spec,
                ServedModel.List(models),
                Trace("llama-7b", "gpt", "", "llama-13b"),
                _ => { }
            )
        );
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_no_request_asks_for_is_said_to_be_one()
    {
        var problem = Assert.Throws<ModelNameException>(() =>
            ModelLoad.Of(Trace("a", "a"), ServedModel.List("a=llama-7b,b=llama-7b"))
        );
        Assert.Contains("model 'b': none of the 2 requests", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_power_law_over_another_number_of_models_is_refused()
    {
        var problem = Assert.Throws<WorkloadSpecException>(() =>
            RatedWorkload.OfSpec("powerlaw:alpha=1,models=3,rate=2", models: ["a", "b"])
        );
        Assert.Equal("models", problem.Key);
    }

    [Fact]
    public void A_limit_that_only_a_large_model_misses_is_not_impossible()
    {
        var loads = ModelLoad.Of(Workload("llama-3.2-1b,llama-13b"), ServedModel.List("llama-3.2-1b,llama-13b"));
        var limit = ServiceObjective.Parse("tpot=0.01");
        PartitionedDeployment
            .Of(_spec with { System = "vllm" }, loads)
            .CheckObjective(limit, MetricDefinitions.DistServeTestbed);
        MultiplexedDeployment.Of(_spec, loads).CheckObjective(limit, MetricDefinitions.DistServeTestbed);
        Assert.Throws<DeploymentException>(() =>
            MultiplexedDeployment
                .Of(_spec, loads)
                .CheckObjective(ServiceObjective.Parse("tpot=0.0001"), MetricDefinitions.DistServeTestbed)
        );
    }

    private static Comparison Compare(string systems, string models, DeploymentSpec? spec = null)
    {
        var workload = Workload(models);
        return new Comparison
        {
            Deployments = DeploymentList.Of(systems, spec ?? _spec, ServedModel.List(models), workload, _ => { }),
            Workload = workload,
            Objective = _objective,
        };
    }

    private static RatedWorkload Workload(string models, double alpha = 1)
    {
        string[] names = [.. ServedModel.List(models).Select(model => model.Name)];
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"powerlaw:alpha={alpha},models={names.Length},rate=6,prompt=200,output=40,n=300"
        );
        return RatedWorkload.OfSpec(text, models: names);
    }

    /// <summary>A request a second; an empty name is left out.</summary>
    private static RatedWorkload Trace(params string[] models)
    {
        var path = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():N}.jsonl");
        File.WriteAllLines(
            path,
            models.Select(
                (model, i) =>
                    $$"""{"arrival_s":{{i}},"prompt_tokens":100,"output_tokens":10{{(model.Length > 0 ? $",\"model\":\"{model}\"" : "")}}}"""
            )
        );
        try
        {
            return RatedWorkload.OfTrace(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
