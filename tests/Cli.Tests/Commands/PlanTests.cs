// Owns the proof that plan ranks, explains and writes a plan that can be read again.
using Tern.Simulation.Planning;

namespace Tern.Cli.Tests.Commands;

public sealed class PlanTests
{
    [Fact]
    public async Task A_plan_says_why_and_is_written_whole()
    {
        using var folder = new TemporaryFolder();
        string cluster = await ClusterAsync(folder, """{ "nodes": 1, "gpus_per_node": 2, "device": "a100-80g" }""");
        string path = folder.PathOf("plan.json");
        string text = await TernProcess.OutputOfAsync(Arguments(cluster, "--out", path));
        Assert.Contains("why: ", text, StringComparison.Ordinal);
        Assert.Contains("else: second place", text, StringComparison.Ordinal);
        var plan = PlanFile.Read(path);
        Assert.Equal(("opt-13b", 2), (plan.Model, plan.Gpus));
        Assert.Contains(plan.Reason, text, StringComparison.Ordinal);
        Assert.Equal([cluster, path], Directory.GetFiles(folder.Root).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Requests_that_name_several_models_are_planned_together()
    {
        using var folder = new TemporaryFolder();
        string cluster = await ClusterAsync(folder, """{ "nodes": 1, "gpus_per_node": 4, "device": "a100-80g" }""");
        string trace = folder.PathOf("requests.csv");
        await File.WriteAllLinesAsync(
            trace,
            [
                "arrival_s,prompt_tokens,output_tokens,model",
                .. Enumerable.Range(0, 120).Select(i => $"{i},161,337,llama-{(i % 3 == 0 ? "13b" : "7b")}"),
            ]
        );
        string text = await TernProcess.OutputOfAsync(["plan", "--cluster", cluster, "--trace", trace]);
        Assert.Contains("llama-13b", text, StringComparison.Ordinal);
        Assert.Contains("why: ", text, StringComparison.Ordinal);
        (
            await TernProcess.RunAsync("plan", "--cluster", cluster, "--trace", trace, "--model", "llama-7b")
        ).AssertFailed(2, "leave --model out");
    }

    [Fact]
    public async Task Both_kinds_of_plan_are_simulated_as_they_were_written()
    {
        using var folder = new TemporaryFolder();
        string cluster = await ClusterAsync(folder, """{ "nodes": 1, "gpus_per_node": 2, "device": "a100-80g" }""");
        string path = folder.PathOf("plan.json");
        await TernProcess.OutputOfAsync(Arguments(cluster, "--out", path));
        string[] one = ["simulate", "--plan", path, "--workload", "poisson:rate=2,prompt=400,output=20,n=80"];
        string first = PlanFile.Read(path).Ranked[0].System;
        Assert.Contains($"\n{first} (plan)  ", await TernProcess.OutputOfAsync(one), StringComparison.Ordinal);
        Assert.Contains(
            "\nvllm  ",
            await TernProcess.OutputOfAsync([.. one, "--system", "vllm"]),
            StringComparison.Ordinal
        );
        (await TernProcess.RunAsync([.. one, "--devices", "4"])).AssertFailed(2, "leave --devices out");
        (await TernProcess.RunAsync([.. one, "--tensor", "2"])).AssertFailed(2, "leave --tensor out");

        string[] several = ["--workload", "powerlaw:alpha=1,models=2,rate=4,prompt=200,output=20,n=60"];
        await TernProcess.OutputOfAsync([
            "plan",
            "--cluster",
            cluster,
            "--model",
            "llama-7b,chat=llama-7b",
            "--out",
            path,
            .. several,
        ]);
        string text = await TernProcess.OutputOfAsync(["simulate", "--plan", path, .. several]);
        Assert.Contains("\nmuxserve (plan)  ", text, StringComparison.Ordinal);
        Assert.Contains("\n  chat  ", text, StringComparison.Ordinal);
        (await TernProcess.RunAsync(["simulate", "--plan", cluster, .. several])).AssertFailed(
            1,
            "cluster.json, nodes"
        );
    }

    [Fact]
    public async Task A_power_law_needs_models()
    {
        using var folder = new TemporaryFolder();
        string cluster = await ClusterAsync(folder, """{ "nodes": 1, "gpus_per_node": 2, "device": "a100-80g" }""");
        var result = await TernProcess.RunAsync(
            "plan",
            "--cluster",
            cluster,
            "--workload",
            "powerlaw:alpha=1,models=2,rate=4,prompt=200,output=20,n=60"
        );
        result.AssertFailed(2, "name as many");
    }

    [Fact]
    public async Task A_cluster_with_a_bad_field_is_refused_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        string cluster = await ClusterAsync(folder, """{ "nodes": 0, "gpus_per_node": 2, "device": "a100-80g" }""");
        string path = folder.PathOf("plan.json");
        (await TernProcess.RunAsync(Arguments(cluster, "--out", path))).AssertFailed(1, "nodes");
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task An_objective_that_nothing_meets_is_said_to_be_so()
    {
        using var folder = new TemporaryFolder();
        string cluster = await ClusterAsync(folder, """{ "nodes": 1, "gpus_per_node": 1, "device": "a100-80g" }""");
        var result = await TernProcess.RunAsync(Arguments(cluster, "--slo", "ttft=0.001"));
        Assert.Equal(1, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    [Theory]
    [InlineData("no cluster", "--model", "opt-13b")]
    [InlineData("no model", "--cluster", "x.json", "--workload", "poisson:rate=1,lengths=chat,n=10")]
    [InlineData("--requests is 1", "--cluster", "x.json", "--model", "opt-13b", "--requests", "1")]
    public async Task A_mistake_gets_one_line(string problem, params string[] arguments) =>
        (await TernProcess.RunAsync(["plan", .. arguments])).AssertFailed(2, problem);

    private static string[] Arguments(string cluster, params string[] more) =>
        [
            "plan",
            "--cluster",
            cluster,
            "--model",
            "opt-13b",
            "--workload",
            "poisson:rate=2,prompt=400,output=20,n=80",
            .. more,
        ];

    private static async Task<string> ClusterAsync(TemporaryFolder folder, string json)
    {
        string path = folder.PathOf("cluster.json");
        await File.WriteAllTextAsync(path, json);
        return path;
    }
}
