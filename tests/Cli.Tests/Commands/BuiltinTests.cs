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
    public async Task It_meets_its_targets_on_questions_that_were_kept_from_it()
    {
        // With float32 activations its answers are the same on every processor.
        var result = await TernProcess.RunAsync("eval", "builtin", "--samples", "40", "--numerics", "float32");
        Assert.True(result.ExitCode == 0, result.Output);
        Assert.Contains("tool call, valid", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_named()
    {
        var result = await TernProcess.RunAsync("run", "builtin", "Who are you?");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Tern", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("No model named", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/model.gguf")]
    [InlineData("/nowhere/my model")]
    [InlineData("my model.gguf")]
    public async Task A_path_that_is_not_there_is_no_question(string path) =>
        (await TernProcess.RunAsync("run", path, "hello")).AssertFailed(1, path);

    [Theory]
    [InlineData("Where does Nora live?", true)]
    [InlineData("/nowhere/my model", false)]
    [InlineData("my model.gguf", false)]
    [InlineData("model", false)]
    public void A_text_with_blanks_is_a_question_unless_it_looks_like_a_path(string written, bool isText) =>
        Assert.Equal(isText, ModelReference.IsText(written));

    [Fact]
    public void A_folder_named_like_it_does_not_hide_it()
    {
        string folder = Directory.CreateTempSubdirectory("tern-").FullName;
        string before = Directory.GetCurrentDirectory();
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "builtin"));
            Directory.SetCurrentDirectory(folder);
            Assert.EndsWith("builtin.gguf", ModelReference.Resolve("builtin"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            Directory.Delete(folder, recursive: true);
        }
    }
}
