// Owns the entry point.
using Tern.Cli;

return await CommandErrors.InvokeAsync(CommandTree.Create().Parse(args));
