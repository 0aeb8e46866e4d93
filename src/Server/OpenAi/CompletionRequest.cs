// Owns reading and validating the body of a completions request.
using System.Text.Json;
using Tern.Engine.Sampling;
using Tern.Server.Http;

namespace Tern.Server.OpenAi;

/// <summary>A completions request, checked field by field, its prompts tokenized.</summary>
internal sealed record CompletionRequest
{
    /// <summary>The model asked for; null = whatever is served.</summary>
    public required string? Model { get; init; }

    /// <summary>Prompts as token ids.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Prompts { get; init; }

    /// <summary>How to sample.</summary>
    public required SamplingParams Sampling { get; init; }

    /// <summary>Whether answers start with the prompt's text.</summary>
    public required bool Echo { get; init; }

    /// <summary>Whether the answer is streamed.</summary>
    public required bool Stream { get; init; }

    /// <summary>Whether the stream ends with token counts.</summary>
    public required bool IncludeUsage { get; init; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiException">A field is wrong; the error names it.</exception>
    public static CompletionRequest Read(JsonElement body, ServedModel model, ServerOptions options)
    {
        var fields = new Fields(body);
        fields.Refuse("suffix", "the server does not fill in the middle");
        bool stream = fields.Bool("stream") ?? false;
        bool echo = fields.Bool("echo") ?? false;
        int? logprobs = fields.Int("logprobs", 0, 20);
        if (echo && logprobs is not null)
            throw ApiException.Invalid(
                "logprobs",
                "log-probabilities of an echoed prompt are not supported",
                "not_supported"
            );
        int n = fields.Int("n", 1, int.MaxValue) ?? 1;
        if (fields.Int("best_of", 1, int.MaxValue) is { } best && best != n)
            throw ApiException.Invalid(
                "best_of",
                $"best_of is {best}; only best_of equal to n ({n}) is supported",
                "not_supported"
            );
        return new CompletionRequest
        {
            Model = fields.String("model"),
            Prompts = PromptFields.Read(fields, "prompt", model, options),
            Sampling = SamplingFields.Read(fields, model.DefaultSampling, model.Engine.Info.VocabularySize) with
            {
                // OpenAI's default for this route.
                MaxTokens = fields.Int("max_tokens", 1, int.MaxValue) ?? model.DefaultSampling.MaxTokens ?? 16,
                Logprobs = logprobs,
            },
            Echo = echo,
            Stream = stream,
            IncludeUsage = StreamOptions.IncludeUsage(fields, stream),
        };
    }
}
