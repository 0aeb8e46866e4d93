// Owns the wire shapes of plain completions; a streamed event has the same shape as a whole answer.
using System.Text.Json.Serialization;

namespace Tern.Server.OpenAi;

/// <summary>A completion, or one event of its stream.</summary>
internal sealed record Completion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<CompletionChoice> Choices
)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsageWire? Usage { get; init; }
}

/// <summary>One answer to one prompt, or what an event adds to it.</summary>
internal sealed record CompletionChoice(int Index, string Text, CompletionLogprobs? Logprobs, string? FinishReason);

/// <summary>Log-probabilities in the layout of the completions route: parallel arrays.</summary>
internal sealed record CompletionLogprobs(
    IReadOnlyList<string> Tokens,
    IReadOnlyList<float> TokenLogprobs,
    IReadOnlyList<IReadOnlyDictionary<string, float>> TopLogprobs,
    IReadOnlyList<int> TextOffset
);
