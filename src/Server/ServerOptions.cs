// Owns the typed limits and switches of the HTTP server.
namespace Tern.Server;

/// <summary>Options of the server. Every limit has a default that holds without a proxy in front.</summary>
public sealed record ServerOptions
{
    /// <summary>Addresses to listen on, for instance "http://127.0.0.1:8080". Loopback unless told otherwise; port 0 picks a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>Accepted bearer keys; empty = no authentication. Checked on every route but <c>/health</c>.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Host names accepted in the Host header besides loopback names and listening addresses; "*" accepts all.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Largest request body, bytes.</summary>
    public long MaxBodyBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest time a request may take, queueing included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After SIGTERM, how long running requests may go on.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>/health/live</c> fails when the engine has work and completes no step for this long.</summary>
    public TimeSpan LivenessTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a client is told to wait after a 429.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most prompts in one completions or embeddings request.</summary>
    public int MaxPromptsPerRequest { get; init; } = 256;

    /// <summary>Most messages in one chat request.</summary>
    public int MaxMessages { get; init; } = 10_000;
}
