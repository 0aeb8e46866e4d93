// Owns the proof that mistakes on the command line get one line and exit code 2.
using System.CommandLine.Help;

namespace Tern.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("no tokens", "logits", "model.gguf", "--out", "x")]
    [InlineData("no file to write", "logits", "model.gguf", "--tokens", "1")]
    [InlineData("no text", "perplexity", "model.gguf")]
    [InlineData("is no directory", "convert", "absent", "x.gguf")]
    [InlineData("--split-max-mib is 0", "quantize", "model.gguf", "x.gguf", "F16", "--split-max-mib", "0")]
    [InlineData("known are llama-3.2-1b", "random", "gpt-9", "x.gguf")]
    [InlineData("--batch", "bench", "model.gguf", "-b", "1,0")]
    [InlineData("leave out the others", "run", "model.gguf", "x", "--slo", "e2e=1")]
    [InlineData("--repetitions", "bench", "model.gguf", "-r", "0")]
    [InlineData("--depth", "bench", "model.gguf", "-d", "-1")]
    [InlineData("must be F32, F16, BF16 or Q8_0", "bench", "model.gguf", "--kv-cache-type", "Q4_0")]
    [InlineData("--kv-cache-type is 'int8'", "run", "model.gguf", "text", "--kv-cache-type", "int8")]
    [InlineData("is no model", "pull", "../x")]
    [InlineData("is no model", "pull", "owner/..")]
    [InlineData("TERN_ENDPOINT", "pull", "owner/repo")]
    [InlineData("is no http", "pull", "owner/repo", "--endpoint", "ftp://x")]
    public async Task A_mistake_gets_one_line(string problem, params string[] arguments) =>
        (await TernProcess.RunAsync(arguments)).AssertFailed(2, problem);

    [Theory]
    [InlineData("inspect")]
    [InlineData("bench")]
    public async Task A_file_that_is_not_there_is_named(string command) =>
        (await TernProcess.RunAsync(command, "/nowhere/model.gguf")).AssertFailed(1, "/nowhere/model.gguf");

    [Fact]
    public void Every_option_names_its_environment_variable_and_means_one_thing()
    {
        var meanings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var command in CommandTree.Create().Subcommands)
        {
            foreach (var option in command.Options.Where(option => option is not HelpOption))
            {
                string variable = Tern.Cli.Options.EnvironmentOption.VariableOf(option.Name);
                Assert.Contains($"[{variable}", option.Description, StringComparison.Ordinal);
                foreach (string name in option.Aliases)
                    Assert.True(
                        meanings.TryAdd(name, option.Name) || meanings[name] == option.Name,
                        $"{name} means two things"
                    );
            }
        }
        Assert.True(meanings.Count > 3);
    }
}
