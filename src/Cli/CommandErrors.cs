// Owns how a command ends that cannot go on: one sentence on standard error and an exit code, never a stack trace for a
// mistake of the user's.
using System.CommandLine;
using Tern.Cli.Hub;
using Tern.Engine;
using Tern.Engine.Calibration;
using Tern.Engine.Sampling;
using Tern.Formats;
using Tern.Models.KvCache;
using Tern.Scheduling.Placement;
using Tern.Simulation.Measurements;
using Tern.Simulation.Planning;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;
using Tern.Tokenizers;
using Tern.Tokenizers.Chat;
using Tern.Training;

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
            await Console.Error.WriteLineAsync($"Try '{HelpOf(parsed)}'.");
            return Usage;
        }
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            if (OwnsItsSignals(parsed.CommandResult.Command))
                configuration.ProcessTerminationTimeout = null;
            return await parsed.InvokeAsync(configuration);
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

    // Chat stops an answer on Ctrl-C and goes on; serve drains on SIGTERM for as long as its options say; train and rl end their step
    // and save. The parser's own
    // handler would end both after two seconds.
    private static bool OwnsItsSignals(Command command) => command.Name is "chat" or "serve" or "train" or "rl";

    private static string HelpOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand
            ? "tern --help"
            : $"tern {parsed.CommandResult.Command.Name} --help";

    private static bool IsExpected(Exception error) =>
        error
            is ModelFormatException
                or TokenizerFormatException
                or ChatTemplateException
                or RequestRejectedException
                or EngineStartException
                or KvCacheTypeException
                or EngineFaultedException
                or CostFileException
                or StepFailedException
                or SamplingException
                or IOException
                or UnauthorizedAccessException
                or TraceFormatException
                or WorkloadSpecException
                or ServiceObjectiveException
                or MeasurementFormatException
                or PlanningFormatException
                or NoPlacementException
                or TrainingException
                or HubException
                or HttpRequestException
                or ArgumentException
                or PlatformNotSupportedException;
}
