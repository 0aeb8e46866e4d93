// Owns the list of commands.
using System.CommandLine;
using Tern.Cli.Commands;

namespace Tern.Cli;

/// <summary>Everything that can be typed after "tern".</summary>
internal static class CommandTree
{
    /// <summary>A fresh tree.</summary>
    public static RootCommand Create() =>
        new("Tern: run and serve language models. Every option can also be set by its environment variable.")
        {
            RunCommand.Create(),
            ChatCommand.Create(),
            ServeCommand.Create(),
            InspectCommand.Create(),
            TokenizeCommand.Create(),
            DetokenizeCommand.Create(),
            RenderCommand.Create(),
            LogitsCommand.Create(),
            PerplexityCommand.Create(),
            QuantizeCommand.Create(),
            ConvertCommand.Create(),
            PullCommand.Create(),
            RandomCommand.Create(),
            TrainCommand.Create(),
            RlCommand.Create(),
            EvalCommand.Create(),
            BenchCommand.Create(),
            CalibrateCommand.Create(),
            KernelsCommand.Create(),
            SimulateCommand.Create(),
            PlanCommand.Create(),
            ReproduceCommand.Create(),
        };
}
