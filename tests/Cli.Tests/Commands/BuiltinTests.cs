// The model that ships answers where nobody names another, and says so.
namespace Tern.Cli.Tests.Commands;

public sealed class BuiltinTests
{
    [Fact]
    public async Task A_question_alone_goes_to_the_built_in_model_which_is_said()
    {
        var result = await TernProcess.RunAsync("run", "What is 12 + 25?", "--temperature", "0");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("12 + 25 = 37.", result.Output.Trim());
        Assert.Contains("No model named", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_named()
    {
        var result = await TernProcess.RunAsync("run", "builtin", "Who are you?");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Tern", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("No model named", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_no_question() =>
        (await TernProcess.RunAsync("run", "/nowhere/model.gguf", "hello")).AssertFailed(1, "/nowhere/model.gguf");
}
