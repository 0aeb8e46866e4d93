// Owns the scenario file that every official client runs.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tern.Conformance.Tests;

internal sealed record Scenario
{
    public required string Name { get; init; }
    public required string Api { get; init; }
    public string? Model { get; init; }
    public string? ApiKey { get; init; }
    public IReadOnlyList<ScenarioMessage> Messages { get; init; } = [];
    public string? Input { get; init; }
    public int? MaxTokens { get; init; }
    public float? Temperature { get; init; }
    public float? TopP { get; init; }
    public long? Seed { get; init; }
    public IReadOnlyList<string> Stop { get; init; } = [];
    public bool Stream { get; init; }
    public bool Logprobs { get; init; }
    public int? TopLogprobs { get; init; }
    public required Expectation Expect { get; init; }

    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "scenarios.json");

    public static IReadOnlyList<Scenario> Load() =>
        JsonSerializer.Deserialize<Scenario[]>(
            File.ReadAllText(Path),
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            }
        )!;
}

internal sealed record ScenarioMessage(string Role, string Content)
{
    /// <summary>"repeat:N:text" stands for the text N times.</summary>
    public string Text =>
        Content.Split(':', 3) is ["repeat", var times, var text] ? string.Concat(Enumerable.Repeat(text, int.Parse(times))) : Content;
}

internal sealed record Expectation
{
    public int? Status { get; init; }
    public string? Mentions { get; init; }
    public string? Contains { get; init; }
    public string? Finish { get; init; }
    public string? Text { get; init; }
    public string? SameTextAs { get; init; }
    public int? PromptTokens { get; init; }
    public int? CompletionTokens { get; init; }
    public int? Logprobs { get; init; }
    public int? TopLogprobs { get; init; }
}
