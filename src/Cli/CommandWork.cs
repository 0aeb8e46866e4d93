// Owns how long computations run under a command, so that Ctrl-C ends them cleanly.
using System.CommandLine;

namespace Tern.Cli;

/// <summary>Attaches work that computes rather than waits.</summary>
internal static class CommandWork
{
    /// <summary>
    /// Sets what the command does, off the main thread: the handler of Ctrl-C is only in place once the action has
    /// returned its task, and without it an interrupted command would leave temporary files behind.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="work">Returns the exit code; should heed the token.</param>
    public static void SetWork(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction((parsed, cancellation) => Task.Run(() => work(parsed, cancellation), CancellationToken.None));
}
