// Owns the wire names of finish reasons and of token counts.
using Tern.Engine.Requests;

namespace Tern.Server.OpenAi;

/// <summary>Wire forms of what the engine says about an answer.</summary>
internal static class FinishReasons
{
    /// <summary>OpenAI's word for a reason.</summary>
    public static string ToWire(this FinishReason reason) =>
        reason switch
        {
            FinishReason.Stop => "stop",
            FinishReason.Length => "length",
            FinishReason.Cancelled => "cancelled",
            _ => "error",
        };

    /// <summary>Counts over the answers of a request; a prompt counts once however many answers it has.</summary>
    public static UsageWire ToWire(IEnumerable<IReadOnlyCollection<GenerationUsage>> prompts)
    {
        int promptTokens = 0,
            cached = 0,
            completion = 0;
        foreach (var answers in prompts)
        {
            promptTokens += answers.Max(answer => answer.PromptTokens);
            cached += answers.Max(answer => answer.CachedTokens);
            completion += answers.Sum(answer => answer.CompletionTokens);
        }
        return new UsageWire(promptTokens, completion, promptTokens + completion, new PromptTokensDetails(cached));
    }
}
