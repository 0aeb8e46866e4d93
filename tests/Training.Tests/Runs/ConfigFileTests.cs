// Configurations: every key known, every number in range, every default shown.
using Tern.Training.Builtin;
using Tern.Training.Optimizers;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Runs;

public sealed class ConfigFileTests
{
    private const string Minimal = """
        {
          // comments are allowed
          "model": { "width": 8, "layers": 1, "heads": 2, "kvHeads": 1, "headDim": 4, "feedForward": 8 },
          "data": { "files": ["a.txt"] },
          "steps": 10,
        }
        """;

    [Fact]
    public void What_is_written_is_read_back_as_the_same_configuration()
    {
        var config = Parse(Minimal);
        string written = ConfigFile.Write(config);
        Assert.Contains("\"batchTokens\": 8192", written, StringComparison.Ordinal);
        Assert.Contains("\"kind\": \"adamW\"", written, StringComparison.Ordinal);
        Assert.Equal(written, ConfigFile.Write(Parse(written)));
        Assert.Equal(OptimizerKind.AdamW, config.Optimizer.Kind);
    }

    [Fact]
    public void The_configuration_of_the_built_in_model_is_in_order() => ConfigCheck.Check(BuiltinConfig.Read());

    [Theory]
    [InlineData("\"steps\"", "\"stepz\"", "unknown key 'stepz'; did you mean 'steps'?")]
    [InlineData("\"layers\"", "\"layer\"", "unknown key 'model.layer'; did you mean 'layers'?")]
    [InlineData("\"kvHeads\"", "\"kv_heads\"", "unknown key 'model.kv_heads'; did you mean 'kvHeads'?")]
    [InlineData("\"files\"", "\"Files\"", "unknown key 'data.Files'; did you mean 'files'?")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"weather\": 1", "unknown key 'weather'. Known here: ")]
    [InlineData("\"steps\": 10,", "", "'steps'")]
    [InlineData("\"steps\": 10", "\"steps\": \"ten\"", "line 5: ")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"steps\": 11", "steps")]
    [InlineData("\"steps\": 10", "\"optimizer\": { \"kind\": \"adam\" }, \"steps\": 10", "optimizer.kind")]
    [InlineData("\"steps\": 10", "\"optimizer\": null, \"steps\": 10", "optimizer")]
    [InlineData("\"steps\": 10", "\"steps\" 10", "line 5: ")]
    public void A_mistake_is_named(string right, string wrong, string expected)
    {
        string text = Minimal.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Minimal, text);
        var error = Assert.Throws<ConfigException>(() => Parse(text));
        Assert.StartsWith("config.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("")]
    public void What_is_no_object_is_refused(string text) => Assert.Throws<ConfigException>(() => Parse(text));

    [Theory]
    [InlineData("\"steps\": 10", "\"steps\": 0", "steps: is 0; it must be at least 1")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"checkpointEvery\": 0", "checkpointEvery")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"batchTokens\": -1", "batchTokens")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"microBatchTokens\": 0", "microBatchTokens")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"name\": \"a/b\"", "name: is a/b")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"optimizer\": { \"learningRate\": -1 }", "optimizer.learningRate")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"optimizer\": { \"beta1\": 1 }", "optimizer.beta1")]
    [InlineData("\"steps\": 10", "\"steps\": 10, \"optimizer\": { \"clip\": -1 }", "optimizer.clip")]
    [InlineData("[\"a.txt\"]", "[]", "data.files")]
    [InlineData("\"kvHeads\": 1", "\"kvHeads\": 3", "model: KvHeads is 3")]
    [InlineData("\"headDim\": 4", "\"headDim\": 5", "model: HeadDim is 5")]
    public void A_number_that_cannot_be_is_named(string right, string wrong, string expected)
    {
        string text = Minimal.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Minimal, text);
        var error = Assert.Throws<ConfigException>(() => ConfigCheck.Check(Parse(text)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static TrainingConfig Parse(string text) => ConfigFile.Parse<TrainingConfig>("config.json", text);
}
