// Owns the counts and timings of a request.
namespace Tern.Engine.Requests;

/// <summary>Counts and timings of one answer.</summary>
/// <param name="PromptTokens">Tokens in the prompt.</param>
/// <param name="CachedTokens">Prompt tokens served from the prefix cache.</param>
/// <param name="CompletionTokens">Tokens generated in this answer.</param>
/// <param name="QueueMs">From arrival to the first step that held the request, ms.</param>
/// <param name="PrefillMs">From then to the first token, ms.</param>
/// <param name="DecodeMs">From the first token to the last, ms.</param>
public readonly record struct GenerationUsage(
    int PromptTokens,
    int CachedTokens,
    int CompletionTokens,
    double QueueMs,
    double PrefillMs,
    double DecodeMs
);
