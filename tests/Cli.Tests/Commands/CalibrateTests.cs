// Owns the proof that calibrate keeps what it measures, and that simulate speaks of the same machine.
using System.Text.Json.Nodes;
using Tern.Engine;
using Tern.Engine.Calibration;

namespace Tern.Cli.Tests.Commands;

public sealed class CalibrateTests : IDisposable
{
    private static readonly string[] _simulate =
    [
        "simulate",
        "--workload",
        "poisson:rate=2,prompt=50,output=10,n=40",
        "--system",
    ];

    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.PathOf("tiny.gguf");

    private string Costs => $"{Model}.tern-costs.json";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_measured_is_shown_kept_and_simulated()
    {
        await MakeModel();
        string text = await TernProcess.OutputOfAsync("calibrate", Model, "--budget", "0.5");
        Assert.Contains($"kept in {Costs}", text, StringComparison.Ordinal);
        Assert.Contains("GB/s", text, StringComparison.Ordinal);
        var curves = Assert.Single(CostFile.Read(Costs));
        Assert.Equal(CostKey.Of(Model, new EngineOptions()), curves.Key);

        string kept = await File.ReadAllTextAsync(Costs);
        string here = await TernProcess.OutputOfAsync([
            .. _simulate,
            "all",
            "--device",
            "this",
            "--model",
            Model,
            "--csv",
        ]);
        Assert.Equal(
            EngineSystems.All.Select(system => system.Name),
            here.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(',')[0])
        );
        Assert.Equal(here, await TernProcess.OutputOfAsync([.. _simulate, "all", "--costs", Costs, "--csv"]));
        Assert.Equal(kept, await File.ReadAllTextAsync(Costs));
        string inputs = await TernProcess.OutputOfAsync([.. _simulate, "vllm", "--costs", Costs]);
        Assert.Contains($"{curves.Points.Count} steps measured", inputs, StringComparison.Ordinal);
        Assert.Contains($"{curves.KvTokens} KV tokens", inputs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_was_never_measured_is_measured_by_the_simulation_and_it_says_so()
    {
        await MakeModel();
        var result = await TernProcess.RunAsync([.. _simulate, "tern", "--device", "this", "--model", Model]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"kept in {Costs}", result.Error, StringComparison.Ordinal);
        var run = await TernProcess.RunAsync("run", Model, "x", "--raw", "--system", "tern", "--max-tokens", "2");
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("easured", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_steps_are_json_too()
    {
        await MakeModel();
        var json = JsonNode.Parse(await TernProcess.OutputOfAsync("calibrate", Model, "--json", "--budget", "0.1"))!;
        Assert.Equal(Costs, (string?)json["file"]);
        var steps = json["steps"]!.AsArray();
        Assert.InRange(steps.Count, 2, (int)json["planned"]!);
        Assert.All(steps, step => Assert.True((double)step!["milliseconds"]! > 0));
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_calibrate_replaces_it()
    {
        await MakeModel();
        await File.WriteAllTextAsync(Costs, "{}");
        (await TernProcess.RunAsync([.. _simulate, "vllm", "--device", "this", "--model", Model])).AssertFailed(
            1,
            Costs
        );
        (await TernProcess.RunAsync("run", Model, "x", "--raw", "--system", "tern")).AssertFailed(1, Costs);
        await TernProcess.OutputOfAsync("calibrate", Model, "--budget", "0.1");
        await TernProcess.OutputOfAsync([.. _simulate, "vllm", "--costs", Costs]);
    }

    [Theory]
    [InlineData(2, "--budget is 0", "calibrate", "random:tiny", "--budget", "0")]
    [InlineData(1, "/nowhere/model.gguf", "calibrate", "/nowhere/model.gguf")]
    [InlineData(1, "/nowhere/costs.json", "simulate", "--system", "vllm", "--costs", "/nowhere/costs.json")]
    [InlineData(2, "needs --model FILE", "simulate", "--system", "vllm", "--device", "this")]
    [InlineData(2, "must be a file", "simulate", "--system", "vllm", "--device", "this", "--model", "opt-13b")]
    [InlineData(2, "both given", "simulate", "--system", "vllm", "--costs", "x.json", "--model", "opt-13b")]
    [InlineData(2, "both given", "simulate", "--system", "vllm", "--costs", "x.json", "--device", "this")]
    public async Task A_mistake_gets_one_line(int code, string problem, params string[] arguments) =>
        (await TernProcess.RunAsync(arguments)).AssertFailed(code, problem);

    [Theory]
    [InlineData("moves sequences between workers", "distserve")]
    [InlineData("leave devices at 1", "vllm", "--devices", "2")]
    [InlineData("no second memory", "fastserve", "--host-memory", "1")]
    public async Task What_one_machine_cannot_do_is_refused(string problem, params string[] arguments)
    {
        await MakeModel();
        await TernProcess.OutputOfAsync("calibrate", Model, "--budget", "0.1");
        (await TernProcess.RunAsync([.. _simulate, .. arguments, "--costs", Costs])).AssertFailed(1, problem);
    }

    private Task<string> MakeModel() => TernProcess.OutputOfAsync("random", "tiny", Model);
}
