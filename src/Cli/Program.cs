// Owns the entry point: the command tree and what an error looks like.
using System.CommandLine;
using Tern.Cli;
using Tern.Cli.Commands;

var root = new RootCommand("Tern: run and serve language models. Every option can also be set by its environment variable.")
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
    BenchCommand.Create(),
    RandomCommand.Create(),
};
return await CommandErrors.InvokeAsync(root.Parse(args));
