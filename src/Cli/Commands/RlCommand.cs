// Owns "tern rl": reinforcement learning with the engine as its rollout.
using System.CommandLine;
using System.Globalization;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;
using Tern.Kernels.Cpu;
using Tern.Training.Export;
using Tern.Training.Rl;
using Tern.Training.Runs;

namespace Tern.Cli.Commands;

/// <summary>Learns a task from rewards.</summary>
internal static class RlCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("CONFIG") { Description = "A JSON configuration" };
        var output = EnvironmentOption.Create<string?>("--out", "Folder of the run; default: runs/NAME", null, "-o");
        var threads = EnvironmentOption.Create<int?>("--threads", "Threads; default: physical cores", null);
        var seed = EnvironmentOption.Create<ulong?>("--seed", "In place of the configuration's", null);
        var command = new Command("rl", "Teach a model a task by rewards; a run that was stopped goes on.")
        {
            source,
            output,
            threads,
            seed,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                string name = parsed.GetRequiredValue(source);
                var config = ConfigFile.Read<RlConfig>(name);
                if (parsed.GetValue(seed) is { } other)
                    config = config with { Seed = other };
                Console.Out.WriteLine(ConfigFile.Write(config));
                string folder = parsed.GetValue(output) ?? Path.Combine("runs", config.Name);
                using var backend = new CpuBackend(
                    parsed.GetValue(threads) ?? Engine.Loading.ProcessorCores.Physical()
                );
                string dataFolder = Path.GetDirectoryName(Path.GetFullPath(name))!;
                using var run = RlRun.Open(config, dataFolder, folder, backend);
                return Learn(run, cancellation);
            }
        );
        return command;
    }

    private const int WarmStepsOfLine = 100;

    private static int Learn(RlRun run, CancellationToken cancellation)
    {
        Console.Out.WriteLine(
            $"{Printable.Count(run.Decoder.ParameterCount)} parameters; {run.Folder}: step {run.Step} of {run.Config.Steps}"
        );
        using (var line = new StatusLine("warm start"))
        {
            run.RunAsync(ShowWarmStart, Show, cancellation).GetAwaiter().GetResult();

            void ShowWarmStart(long step, double loss)
            {
                if (step % WarmStepsOfLine == 0)
                    line.Say(WarmText(run, step, loss));
                else
                    line.Update(WarmText(run, step, loss));
            }

            void Show(RlProgress progress)
            {
                if (progress.HeldOut is null)
                {
                    line.Update(Text(run, progress));
                    return;
                }
                line.Clear();
                Console.Out.WriteLine(Text(run, progress));
                Console.Out.WriteLine($"  {progress.Example}");
            }
        }
        if (!run.IsDone)
        {
            Console.Out.WriteLine(
                $"stopped and saved {(run.IsWarm ? $"at step {run.Step}" : "in the warm start")}; the same command goes on from there"
            );
            return CommandErrors.Interrupted;
        }
        string path = Path.Combine(run.Folder, $"{run.Config.Name}.gguf");
        DecoderExport
            .Of(run.Decoder, run.Config.Name, run.TokenizerFiles)
            .WriteGguf(path, GgufFileType.F32, cancellation: cancellation);
        Console.Out.WriteLine($"{path}: {Printable.Bytes(new FileInfo(path).Length)}");
        return 0;
    }

    private static string WarmText(RlRun run, long step, double loss) =>
        string.Create(CultureInfo.InvariantCulture, $"warm start {step}/{run.Config.WarmStart.Steps}: loss {loss:F4}");

    private static string Text(RlRun run, RlProgress progress)
    {
        string heldOut = progress.HeldOut is { } value
            ? string.Create(CultureInfo.InvariantCulture, $", held-out {value:P1}")
            : "";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"step {progress.Step}/{run.Config.Steps}: reward {progress.Reward:F3}{heldOut}, zero variance {progress.ZeroVariance:P0}, {progress.GeneratedTokens} tokens, {progress.RolloutSeconds:F1} + {progress.LearningSeconds:F1} s"
        );
        return progress.LastFailure is { } failure
            ? $"{text}; {progress.FailedChecks} checks failed, {progress.TimedOutChecks} took too long, the last: {failure}"
            : text;
    }
}
