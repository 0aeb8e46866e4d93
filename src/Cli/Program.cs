// Owns the entry point: the command tree and what an error looks like.
using System.CommandLine;
using Tern.Cli;
using Tern.Cli.Commands;

var root = new RootCommand("Tern: run and serve language models. Every option can also be set by its environment variable.")
{
    RunCommand.Create(),
    ChatCommand.Create(),
    ServeCommand.Create(),
    TokenizeCommand.Create(),
    DetokenizeCommand.Create(),
    RenderCommand.Create(),
};
return await CommandErrors.InvokeAsync(root.Parse(args));
