// Owns what the server serves: a running engine and the text side of its model.
using System.Text.Json.Nodes;
using Tern.Engine;
using Tern.Engine.Sampling;
using Tern.Tokenizers;
using Tern.Tokenizers.Chat;

namespace Tern.Server;

/// <summary>A model behind the HTTP interface.</summary>
public sealed record ServedModel
{
    /// <summary>Runs the requests.</summary>
    public required IEngineClient Engine { get; init; }

    /// <summary>Turns text into tokens.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>Renders conversations; null = the model has none and chat requests are refused.</summary>
    public ChatTemplate? ChatTemplate { get; init; }

    /// <summary>Variables of the template beside the conversation: bos_token, eos_token.</summary>
    public IReadOnlyDictionary<string, JsonNode?> TemplateVariables { get; init; } =
        new Dictionary<string, JsonNode?>();

    /// <summary>Sampling where a request is silent.</summary>
    public SamplingParams DefaultSampling { get; init; } = new();
}
