// Owns what the scheduler is asked to serve: a prompt and how much may follow it.
namespace Tern.Scheduling;

/// <summary>One request: a tokenized prompt and the number of answers and tokens wanted.</summary>
public sealed record Request
{
    /// <summary>Unique among the requests the scheduler knows.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Token ids of the prompt, <c>[tokens]</c>. Must not change afterwards. Empty where only <see cref="PromptTokens"/> is known, which
    /// is enough to schedule by as long as no prefix is looked for.
    /// </summary>
    public required ReadOnlyMemory<int> Prompt { get; init; }

    /// <summary>Tokens of the prompt, at least 1: the length of <see cref="Prompt"/> unless that is empty.</summary>
    public int PromptTokens
    {
        get => Prompt.IsEmpty ? field : Prompt.Length;
        init;
    }

    /// <summary>Most tokens an answer may have; at least 1.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Number of answers (OpenAI's <c>n</c>); the prompt is computed once for all of them.</summary>
    public int Answers { get; init; } = 1;

    /// <summary>Smaller goes first where the ordering policy looks at it.</summary>
    public int Priority { get; init; }

    /// <summary>When the request reached the system in ms, or null for the time it is added.</summary>
    public double? ArrivalMs { get; init; }

    /// <summary>Requests share cached prefixes only with requests of the same salt (tenant, adapter). Null is a salt too.</summary>
    public string? CacheSalt { get; init; }

    /// <summary>
    /// Tokens of the prompt, from its beginning, whose keys and values lie in the worker's slower tier; systems with a restore policy
    /// bring them back, for requests with one answer.
    /// </summary>
    public int StoredTokens { get; init; }

    /// <summary>Throws if a scheduler with these options could never serve the request.</summary>
    internal void RefuseUnlessServable(SchedulerOptions options, ServingSystem? system = null)
    {
        if (PromptTokens < 1)
            throw Refused(RefusalReason.EmptyPrompt, "the prompt is empty; it needs at least one token");
        if (Prompt.IsEmpty && options.EnablePrefixCaching)
            throw Refused(
                RefusalReason.EmptyPrompt,
                $"the prompt has a length ({PromptTokens}) but no tokens; finding cached prefixes needs them"
            );
        if (PromptTokens >= options.MaxSequenceLength)
            throw Refused(
                RefusalReason.TooLong,
                $"the prompt has {PromptTokens} tokens; with one token of answer that is more than the {options.MaxSequenceLength} a sequence can have here"
            );
        if (MaxNewTokens < 1)
            throw Refused(RefusalReason.InvalidCount, $"MaxNewTokens is {MaxNewTokens}; it must be at least 1");
        var single =
            options.Role != WorkerRole.Whole ? "a request that moves between workers"
            : system is { AnswersTogether: true } ? "a request of a static batch"
            : null;
        if (Answers > 1 && single is not null)
            throw Refused(RefusalReason.InvalidCount, $"Answers is {Answers}; {single} has one answer");
        if (Answers < 1 || Answers > options.MaxSequences)
            throw Refused(
                RefusalReason.InvalidCount,
                $"Answers is {Answers}; it must be from 1 to {options.MaxSequences}, the sequences that may run at once"
            );
    }

    private static RequestRefusedException Refused(RefusalReason reason, string message) => new(reason, message);
}
