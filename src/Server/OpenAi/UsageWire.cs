// Owns the wire shape of token counts.
namespace Tern.Server.OpenAi;

/// <summary>Token counts of a request, all answers together.</summary>
internal sealed record UsageWire(
    int PromptTokens,
    int CompletionTokens,
    int TotalTokens,
    PromptTokensDetails PromptTokensDetails
);

/// <summary>Where prompt tokens came from.</summary>
internal sealed record PromptTokensDetails(int CachedTokens);
