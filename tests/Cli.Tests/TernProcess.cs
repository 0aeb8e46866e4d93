// Owns running commands as the shell would, but in this process.
[assembly: CollectionBehavior(DisableTestParallelization = true)] // the console is one for all

namespace Tern.Cli.Tests;

/// <summary>What a command left.</summary>
internal sealed record TernProcess(int ExitCode, string Output, string Error)
{
    public static async Task<TernProcess> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var newOutput = new StringWriter();
        using var newError = new StringWriter();
        Console.SetOut(newOutput);
        Console.SetError(newError);
        try
        {
            int code = await CommandErrors.InvokeAsync(CommandTree.Create().Parse(arguments));
            return new TernProcess(code, newOutput.ToString(), newError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>Runs a command that must succeed; returns what it printed.</summary>
    public static async Task<string> OutputOfAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"tern {string.Join(' ', arguments)}: {result.ExitCode}: {result.Error}");
        return result.Output;
    }

    /// <summary>Fails unless the command ended with this code and one line that holds the text.</summary>
    public void AssertFailed(int code, string text)
    {
        Assert.Equal(code, ExitCode);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(text, Error, StringComparison.Ordinal);
    }

    /// <summary>The same for a command that says on the way what it does.</summary>
    public void AssertFailedLast(int code, string text) =>
        (this with { Error = Error.TrimEnd('\n').Split('\n')[^1] }).AssertFailed(code, text);
}
