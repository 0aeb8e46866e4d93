// Owns the command line of the comparison: the same work on Tern and on llama.cpp, in the same run.
using Tern.Cli;
using Tern.Peers;
using Tern.Peers.LlamaCpp;
using Tern.Peers.Serving;
using Tern.Peers.Training;

try
{
    return await CommandErrors.InvokeAsync(ComparisonCommand.Create().Parse(args));
}
catch (Exception error) when (error is LlamaCppException or ServingException or TorchException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return CommandErrors.Failure;
}
