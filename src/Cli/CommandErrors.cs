// Owns how a command ends that cannot go on: one sentence on standard error and an exit code, never a stack trace for a
// mistake of the user's.
using System.CommandLine;
using Tern.Cli.Hub;
using Tern.Engine;
using Tern.Formats;
using Tern.Tokenizers;
using Tern.Tokenizers.Chat;

namespace Tern.Cli;

/// <summary>Runs a parsed command line and turns exceptions into messages and exit codes.</summary>
internal static class CommandErrors
{
    /// <summary>The work failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>Interrupted, as shells number SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>Runs the command.</summary>
    /// <returns>Exit code.</returns>
    public static async Task<int> InvokeAsync(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"tern: {error.Message}");
            await Console.Error.WriteLineAsync($"Try 'tern {parsed.CommandResult.Command.Name} --help'.");
            return Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (CommandLineException error)
        {
            await Console.Error.WriteLineAsync($"tern: {error.Message}");
            return Usage;
        }
        catch (Exception error) when (IsExpected(error))
        {
            await Console.Error.WriteLineAsync($"tern: {error.Message}");
            return Failure;
        }
    }

    private static bool IsExpected(Exception error) =>
        error
            is ModelFormatException
                or TokenizerFormatException
                or ChatTemplateException
                or RequestRejectedException
                or EngineStartException
                or EngineFaultedException
                or IOException
                or UnauthorizedAccessException
                or HubException
                or HttpRequestException
                or ArgumentOutOfRangeException;
}
