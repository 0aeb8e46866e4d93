// Owns the check of requests at the door, before they cost the engine thread anything.
using System.Security.Cryptography;
using Tern.Engine.Output;
using Tern.Engine.Sampling;
using Tern.Scheduling;
using Tern.Tokenizers;

namespace Tern.Engine.Requests;

/// <summary>Turns what a caller asks into what the engine keeps, or refuses it with the field at fault.</summary>
/// <param name="tokenizer">Turns the answer into text.</param>
/// <param name="endTokens">Tokens that end an answer.</param>
/// <param name="vocabularySize">Tokens there are.</param>
/// <param name="contextLength">Longest sequence.</param>
/// <param name="maxSequences">Most sequences running at once.</param>
internal sealed class RequestAdmission(
    Tokenizer tokenizer,
    IReadOnlySet<int> endTokens,
    int vocabularySize,
    int contextLength,
    int maxSequences
)
{
    /// <summary>A request ready for the engine thread.</summary>
    /// <exception cref="RequestRejectedException">It can never run.</exception>
    public ActiveRequest Admit(GenerationRequest request, double nowMs)
    {
        ArgumentNullException.ThrowIfNull(request);
        var sampling = request.Sampling;
        sampling.Validate(vocabularySize);
        if (sampling.N > maxSequences)
            throw Invalid("n", $"n is {sampling.N}, this engine runs at most {maxSequences} sequences at once");
        int[] prompt = Tokens(request.Prompt);
        if (sampling.AnsweredTokens >= prompt.Length)
            throw Invalid(
                "answered_tokens",
                $"answered_tokens is {sampling.AnsweredTokens}, it must be less than the prompt's {prompt.Length} tokens"
            );
        int room = contextLength - prompt.Length;
        if (room < 1)
            throw new RequestRejectedException(
                RejectionReason.ContextLengthExceeded,
                "prompt",
                $"the prompt has {prompt.Length} tokens; the context is {contextLength} tokens, of which the answer needs at least one"
            );
        if (sampling.MinTokens - sampling.AnsweredTokens > room)
            throw new RequestRejectedException(
                RejectionReason.ContextLengthExceeded,
                "min_tokens",
                $"min_tokens is {sampling.MinTokens}, but after a prompt of {prompt.Length} tokens the context of {contextLength} has room for {room}"
            );
        var stops = new StopStrings(sampling.Stop);
        var answers = new OutputProcessor[sampling.N];
        for (int i = 0; i < answers.Length; i++)
            answers[i] = new OutputProcessor(i, tokenizer, endTokens, request, stops);
        return new ActiveRequest
        {
            Source = request,
            Scheduled = new Request
            {
                Id = request.Id,
                Prompt = prompt,
                MaxNewTokens = Math.Min(sampling.MaxTokens ?? room, room),
                Answers = sampling.N,
                Priority = request.Priority,
                ArrivalMs = nowMs,
            },
            Stream = new RequestStream(answers),
            Seed = sampling.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
            EndTokens = sampling.IgnoreEos ? [.. sampling.StopTokenIds] : [.. endTokens, .. sampling.StopTokenIds],
        };
    }

    /// <summary>A text ready to embed.</summary>
    /// <exception cref="RequestRejectedException">It can never run.</exception>
    public int[] AdmitText(IReadOnlyList<int> tokens)
    {
        int[] text = Tokens(tokens);
        if (text.Length > contextLength)
            throw new RequestRejectedException(
                RejectionReason.ContextLengthExceeded,
                "input",
                $"the input has {text.Length} tokens; the context is {contextLength} tokens"
            );
        return text;
    }

    private int[] Tokens(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Count == 0)
            throw Invalid("prompt", "the prompt is empty; at least one token is needed");
        foreach (int token in tokens)
            SamplingLimits.CheckToken("prompt", token, vocabularySize);
        return [.. tokens];
    }

    private static RequestRejectedException Invalid(string parameter, string message) =>
        new(RejectionReason.InvalidParameter, parameter, message);
}
