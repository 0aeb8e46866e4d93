// Owns the few numbers of a step on which its duration depends.
namespace Tern.Scheduling.Latency;

/// <summary>The size of a step as latency models see it.</summary>
public readonly record struct StepShape
{
    /// <summary>Sequences in the step.</summary>
    public required int Sequences { get; init; }

    /// <summary>Rows that belong to prompts being prefilled: those of items with more than one token.</summary>
    public required int PrefillTokens { get; init; }

    /// <summary>Rows of items with one token.</summary>
    public required int DecodeTokens { get; init; }

    /// <summary>Tokens whose keys and values are read: the context of every item once.</summary>
    public required long ContextTokens { get; init; }

    /// <summary>Query-key pairs: for every row the tokens it attends to.</summary>
    public required long AttentionPairs { get; init; }

    /// <summary>All rows.</summary>
    public int Rows => PrefillTokens + DecodeTokens;

    /// <summary>The shape of a batch.</summary>
    public static StepShape Of(Batch batch)
    {
        var (prefill, decode, context, pairs) = (0, 0, 0L, 0L);
        foreach (var item in batch.Items)
        {
            if (item.Count > 1)
                prefill += item.Count;
            else
                decode++;
            context += item.First + item.Count;
            // Row i attends to First + i + 1 tokens.
            pairs += (long)item.Count * item.First + (long)item.Count * (item.Count + 1) / 2;
        }
        return new StepShape
        {
            Sequences = batch.Items.Length,
            PrefillTokens = prefill,
            DecodeTokens = decode,
            ContextTokens = context,
            AttentionPairs = pairs,
        };
    }
}
