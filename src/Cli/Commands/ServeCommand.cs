// Owns "tern serve": a model behind the OpenAI-compatible server.
using System.CommandLine;
using Microsoft.Extensions.Hosting;
using Tern.Cli.Options;
using Tern.Server;

namespace Tern.Cli.Commands;

/// <summary>Serves a model over HTTP.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var engineFlags = new EngineFlags();
        var serverFlags = new ServerFlags();
        var name = EnvironmentOption.Create<string?>(
            "--model-name",
            "Name under which the model is served; default: the file's",
            null
        );
        var command = new Command("serve", "Serve a model over an OpenAI-compatible HTTP interface.") { name };
        engineFlags.AddTo(command);
        serverFlags.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var options = serverFlags.Read(parsed);
                await using var engine = engineFlags.Load(parsed, parsed.GetValue(name));
                var model = new ServedModel
                {
                    Engine = engine,
                    Tokenizer = engine.Tokenizer,
                    ChatTemplate = engine.ChatTemplate,
                    TemplateVariables = Prompts.Variables(engine.Tokenizer),
                    DefaultSampling = engine.DefaultSampling,
                };
                await using var server = TernServer.Build(options, model);
                await server.StartAsync(cancellationToken);
                foreach (string sentence in EngineFlags.Summary(engine))
                    await Console.Error.WriteLineAsync(sentence);
                string key = options.ApiKeys.Count > 0 ? " (API key required)" : "";
                await Console.Error.WriteLineAsync(
                    $"Serving {engine.Info.ModelName} on {string.Join(", ", server.Urls)}{key}. Ctrl-C stops."
                );
                await server.WaitForShutdownAsync(CancellationToken.None);
                await Console.Error.WriteLineAsync("Stopped.");
                return 0;
            }
        );
        return command;
    }
}
