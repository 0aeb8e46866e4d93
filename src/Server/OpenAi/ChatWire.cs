// Owns the wire shapes of chat answers, whole and streamed.
using System.Text.Json.Serialization;

namespace Tern.Server.OpenAi;

/// <summary>A whole chat answer.</summary>
internal sealed record ChatCompletion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatChoice> Choices,
    UsageWire Usage
);

/// <summary>One of the n answers.</summary>
internal sealed record ChatChoice(int Index, ChatMessage Message, ChatLogprobs? Logprobs, string FinishReason);

/// <summary>The assistant's message.</summary>
internal sealed record ChatMessage(string Role, string? Content)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ToolCallWire>? ToolCalls { get; init; }
}

/// <summary>One event of a streamed chat answer.</summary>
internal sealed record ChatChunk(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatChunkChoice> Choices
)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsageWire? Usage { get; init; }
}

/// <summary>What an event adds to one of the n answers.</summary>
internal sealed record ChatChunkChoice(int Index, ChatDelta Delta, ChatLogprobs? Logprobs, string? FinishReason);

/// <summary>The added part of a message.</summary>
internal sealed record ChatDelta
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ToolCallWire>? ToolCalls { get; init; }
}

/// <summary>A call of a function that the model asks for.</summary>
internal sealed record ToolCallWire(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Index,
    string Id,
    string Type,
    FunctionCallWire Function
);

/// <summary>The function's name and its arguments as JSON text.</summary>
internal sealed record FunctionCallWire(string Name, string Arguments);

/// <summary>Log-probabilities of a chat answer's tokens.</summary>
internal sealed record ChatLogprobs(IReadOnlyList<ChatTokenLogprob> Content);

/// <summary>A token, its log-probability and its most probable rivals.</summary>
internal sealed record ChatTokenLogprob(
    string Token,
    float Logprob,
    IReadOnlyList<int> Bytes,
    IReadOnlyList<TopLogprob> TopLogprobs
);

/// <summary>A rival token.</summary>
internal sealed record TopLogprob(string Token, float Logprob, IReadOnlyList<int> Bytes);
