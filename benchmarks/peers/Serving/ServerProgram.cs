// Owns how each server is started: the same file, threads, streams and length of a sequence.
using System.Globalization;

namespace Tern.Peers.Serving;

/// <summary>A server's command line, but for the port.</summary>
/// <param name="Name">For people.</param>
/// <param name="Path">The program.</param>
/// <param name="Arguments">All but <c>--port</c>.</param>
/// <param name="ReadyRoute">Answers 200 once requests are taken.</param>
internal sealed record ServerProgram(string Name, string Path, IReadOnlyList<string> Arguments, string ReadyRoute)
{
    /// <summary>Tern as it lies beside this program, its options at their defaults.</summary>
    public static ServerProgram Tern(string model, int threads, CompletionClients clients) =>
        new(
            "tern serve",
            "dotnet",
            [
                System.IO.Path.Combine(AppContext.BaseDirectory, "tern.dll"),
                "serve",
                model,
                "--threads",
                Text(threads),
                "--max-sequences",
                Text(clients.Count),
                "--context",
                Text(CompletionClients.Context),
            ],
            "/health/ready"
        );

    /// <summary>llama.cpp's server, its options at their defaults; it divides its context among the streams.</summary>
    public static ServerProgram Llama(string path, string model, int threads, CompletionClients clients) =>
        new(
            "llama-server",
            path,
            [
                "--model",
                model,
                "--threads",
                Text(threads),
                "--threads-batch",
                Text(threads),
                "--parallel",
                Text(clients.Count),
                "--ctx-size",
                Text(clients.Count * CompletionClients.Context),
                "--host",
                "127.0.0.1",
            ],
            "/health"
        );

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
