// Configurations of reinforcement learning: every number in range, every mistake named.
using Tern.Kernels.Cpu;
using Tern.Training.Rl;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Rl;

public sealed class RlConfigTests : IDisposable
{
    private const string Minimal = """
        {
          "task": { "kind": "sort" },
          "model": { "width": 8, "layers": 1, "heads": 2, "kvHeads": 1, "headDim": 4, "feedForward": 8, "contextLength": 32 },
          "steps": 10
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_as_the_same_configuration()
    {
        var config = Parse(Minimal);
        RlConfigCheck.Check(config);
        string written = ConfigFile.Write(config);
        Assert.Contains("\"before\": \"uniform\"", written, StringComparison.Ordinal);
        Assert.Equal(written, ConfigFile.Write(Parse(written)));
    }

    [Theory]
    [InlineData("\"groopSize\": 4", "unknown key 'groopSize'; did you mean 'groupSize'?")]
    [InlineData("\"loss\": { \"clip\": 1 }", "unknown key 'loss.clip'")]
    [InlineData("\"sampling\": { \"before\": \"best\" }", "sampling.before")]
    public void A_mistake_is_named(string entry, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => Parse(With(entry)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"groups\": 0", "groups: is 0; it must be at least 1")]
    [InlineData("\"groupSize\": 1", "groupSize: is 1; it must be from 2")]
    [InlineData("\"groupSize\": 129", "groupSize: is 129; it must be from 2")]
    [InlineData("\"updates\": 0", "updates: is 0")]
    [InlineData("\"microBatchTokens\": 0", "microBatchTokens: is 0")]
    [InlineData("\"evaluateEvery\": 0", "evaluateEvery: is 0")]
    [InlineData("\"evaluateAnswers\": -1", "evaluateAnswers: is -1; it must be from 0")]
    [InlineData("\"evaluateAnswers\": 129", "evaluateAnswers: is 129")]
    [InlineData("\"checkpointEvery\": 0", "checkpointEvery: is 0")]
    [InlineData("\"rewardTimeoutSeconds\": 0", "rewardTimeoutSeconds: is 0")]
    [InlineData("\"name\": \"a/b\"", "name: is a/b")]
    [InlineData("\"loss\": { \"clipLow\": 2 }", "loss.clipLow: is 2")]
    [InlineData("\"loss\": { \"clipHigh\": -1 }", "loss.clipHigh: is -1")]
    [InlineData("\"loss\": { \"dualClip\": 1.1 }", "loss.dualClip: is 1.1; it must be above 1 + clipHigh, or 0")]
    [InlineData("\"loss\": { \"klCoefficient\": -1 }", "loss.klCoefficient: is -1")]
    [InlineData("\"loss\": { \"entropyCoefficient\": -1 }", "loss.entropyCoefficient: is -1")]
    [InlineData("\"sampling\": { \"overSample\": 0.5 }", "sampling.overSample: is 0.5")]
    [InlineData("\"sampling\": { \"maxRounds\": 0 }", "sampling.maxRounds: is 0")]
    [InlineData("\"sampling\": { \"after\": \"pods\", \"podsKept\": 1 }", "sampling.podsKept: is 1")]
    [InlineData("\"sampling\": { \"mopps\": { \"prior\": 0.5 } }", "sampling.mopps.prior: is 0.5")]
    [InlineData(
        "\"sampling\": { \"mopps\": { \"candidatesPerPrompt\": 0 } }",
        "sampling.mopps.candidatesPerPrompt: is 0"
    )]
    [InlineData("\"sampling\": { \"greso\": { \"leastKeep\": 2 } }", "sampling.greso.leastKeep: is 2")]
    [InlineData("\"sampling\": { \"bandPass\": { \"low\": 0.95 } }", "sampling.bandPass.low: is 0.95")]
    [InlineData("\"optimizer\": { \"learningRate\": 0 }", "optimizer.learningRate: is 0")]
    [InlineData("\"warmStart\": { \"steps\": -1 }", "warmStart.steps: is -1")]
    [InlineData("\"warmStart\": { \"optimizer\": { \"beta1\": 1 } }", "warmStart.optimizer.beta1: is 1")]
    public void A_number_out_of_range_is_refused_with_its_key(string entry, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => RlConfigCheck.Check(Parse(With(entry))));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"steps\": 10", "\"steps\": 0", "steps: is 0")]
    [InlineData("\"sort\"", "\"file\"", "task.file: is missing")]
    [InlineData("\"kind\": \"sort\"", "\"kind\": \"sort\", \"maxAnswerTokens\": 0", "task.maxAnswerTokens: is 0")]
    [InlineData("\"kind\": \"sort\"", "\"kind\": \"sort\", \"unreachable\": 1", "task.unreachable: is 1")]
    [InlineData("\"heads\": 2, \"kvHeads\": 1", "\"heads\": 3, \"kvHeads\": 2", "model: ")]
    public void What_cannot_run_is_refused(string right, string wrong, string expected)
    {
        string text = Minimal.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Minimal, text);
        var error = Assert.Throws<ConfigException>(() => RlConfigCheck.Check(Parse(text)));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"groups\": 2001", "groups: is 2001; it must be at most 2000: the task has 2000 prompts")]
    [InlineData("\"groups\": 1001, \"sampling\": { \"overSample\": 2 }", "groups: is 1001; it must be at most 1000")]
    public void More_groups_than_prompts_are_refused(string entry, string expected) => Refuses(With(entry), expected);

    [Fact]
    public void A_context_too_short_for_prompt_and_answer_is_refused() =>
        Refuses(
            Minimal.Replace("\"contextLength\": 32", "\"contextLength\": 13", StringComparison.Ordinal),
            "model.contextLength: is 13; it must be at least 14: prompt 0 has 7 tokens, and its answer may have 7"
        );

    private void Refuses(string text, string expected)
    {
        using var backend = new CpuBackend(1);
        var error = Assert.Throws<ConfigException>(() =>
            RlRun.Open(Parse(text), _folder.Root, _folder.PathOf("run"), backend)
        );
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    private static string With(string entry) =>
        Minimal.Replace("\"steps\": 10", $"\"steps\": 10, {entry}", StringComparison.Ordinal);

    private RlConfig Parse(string text)
    {
        File.WriteAllText(_folder.PathOf("config.json"), text);
        return ConfigFile.Read<RlConfig>(_folder.PathOf("config.json"));
    }
}
