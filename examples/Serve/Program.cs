// The OpenAI-compatible server inside a program of your own.
// Usage: dotnet run -c Release --project examples/Serve -- MODEL
using Tern.Engine;
using Tern.Server;

await using var engine = LlmEngine.Load(args[0]);
await using var server = TernServer.Build(
    new ServerOptions { Urls = ["http://127.0.0.1:8080"], ApiKeys = ["secret"] },
    new ServedModel
    {
        Engine = engine,
        Tokenizer = engine.Tokenizer,
        ChatTemplate = engine.ChatTemplate,
        DefaultSampling = engine.DefaultSampling,
    }
);
await server.RunAsync();
