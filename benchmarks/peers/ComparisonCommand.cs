// Owns the command that compares both programs on one file.
using System.CommandLine;
using Tern.Cli;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;
using Tern.Peers.Training;

namespace Tern.Peers;

/// <summary>Times or compares Tern and llama.cpp on one GGUF file; its subcommand does so on many.</summary>
internal static class ComparisonCommand
{
    private const string DefaultShape = "llama-3.2-1b";
    private const string DefaultTests = "prompt-512,decode-1,decode-16";

    /// <summary>The command.</summary>
    public static RootCommand Create()
    {
        var file = EnvironmentOption.Create<string?>(
            "--model",
            $"A .gguf file; default: a random {DefaultShape} in Q4_0, made under artifacts/",
            null
        );
        var options = new ComparisonOptions(DefaultTests);
        var command = new RootCommand("The same work on Tern and on llama.cpp, in the same run.") { file };
        options.AddTo(command);
        command.Add(SuiteCommand.Create());
        command.Add(TrainingCommand.Create());
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var settings = options.Read(parsed);
                var model = parsed.GetValue(file) is { } path
                    ? new ComparedModel(Path.GetFileName(path), "", path)
                    : RandomModels.Get(RandomModels.Shape(DefaultShape, null), GgufFileType.Q4_0, cancellation);
                using var status = new StatusLine("measuring");
                using var contest = new Contest(model, settings, status.Update, cancellation);
                if (settings.IsCheck)
                {
                    var found = contest.Check();
                    status.Clear();
                    Console.Out.WriteLine($"{model.Shape}: {found.Text()}");
                    return found.IsSameNetwork ? 0 : CommandErrors.Failure;
                }
                var outcomes = new List<Outcome>();
                foreach (var test in settings.Tests)
                    outcomes.Add(await contest.RunAsync(test));
                status.Clear();
                SpeedTable.Write(Console.Out, outcomes);
                return 0;
            }
        );
        return command;
    }
}
