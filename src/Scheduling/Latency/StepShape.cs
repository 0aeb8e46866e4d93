// Owns the few numbers of a step on which its duration depends.
namespace Tern.Scheduling.Latency;

/// <summary>The size of a step as latency models see it: what it prefills and what it decodes.</summary>
public readonly record struct StepShape
{
    /// <summary>Sequences of which a piece of prompt is computed: items with more than one token.</summary>
    public int PrefillSequences { get; init; }

    /// <summary>Rows that belong to prompts being prefilled.</summary>
    public int PrefillTokens { get; init; }

    /// <summary>Tokens whose keys and values the prefills read: for each the position after its last row.</summary>
    public long PrefillContext { get; init; }

    /// <summary>Query-key pairs of the prefills: for every row the tokens it attends to.</summary>
    public long PrefillPairs { get; init; }

    /// <summary>Rows of items with one token; one a sequence.</summary>
    public int DecodeTokens { get; init; }

    /// <summary>Tokens whose keys and values the decodes read, their own included.</summary>
    public long DecodeContext { get; init; }

    /// <summary>Tokens sampled after the step.</summary>
    public int SampledTokens { get; init; }

    /// <summary>All sequences.</summary>
    public int Sequences => PrefillSequences + DecodeTokens;

    /// <summary>All rows.</summary>
    public int Rows => PrefillTokens + DecodeTokens;

    /// <summary>All tokens whose keys and values are read: the context of every item once.</summary>
    public long ContextTokens => PrefillContext + DecodeContext;

    /// <summary>All query-key pairs.</summary>
    public long AttentionPairs => PrefillPairs + DecodeContext;

    /// <summary>
    /// Sum of squares of the prompt lengths, as published cost models want it. Exact for whole prompts; of a chunk it is the share of the
    /// square that the chunk's rows attend to, so the chunks of a prompt add up to the prompt.
    /// </summary>
    public long PrefillSquares => 2 * PrefillPairs - PrefillTokens;

    /// <summary>The shape of a batch.</summary>
    public static StepShape Of(Batch batch)
    {
        var (sequences, prefill, prefillContext, pairs, decode, decodeContext) = (0, 0, 0L, 0L, 0, 0L);
        foreach (var item in batch.Items)
        {
            if (item.Count > 1)
            {
                sequences++;
                prefill += item.Count;
                prefillContext += item.First + item.Count;
                // Row i attends to First + i + 1 tokens.
                pairs += (long)item.Count * item.First + (long)item.Count * (item.Count + 1) / 2;
            }
            else
            {
                decode++;
                decodeContext += item.First + 1;
            }
        }
        return new StepShape
        {
            PrefillSequences = sequences,
            PrefillTokens = prefill,
            PrefillContext = prefillContext,
            PrefillPairs = pairs,
            DecodeTokens = decode,
            DecodeContext = decodeContext,
            SampledTokens = batch.Samples.Length,
        };
    }

    /// <summary>A step that prefills whole prompts of these lengths and nothing else.</summary>
    public static StepShape Prefill(params ReadOnlySpan<int> lengths)
    {
        var (tokens, pairs) = (0, 0L);
        foreach (var length in lengths)
        {
            tokens += length;
            pairs += (long)length * (length + 1) / 2;
        }
        return new StepShape
        {
            PrefillSequences = lengths.Length,
            PrefillTokens = tokens,
            PrefillContext = tokens,
            PrefillPairs = pairs,
            SampledTokens = lengths.Length,
        };
    }

    /// <summary>A step that prefills <paramref name="tokens"/> tokens of one prompt after <paramref name="first"/> others.</summary>
    public static StepShape Chunk(int first, int tokens) =>
        new()
        {
            PrefillSequences = 1,
            PrefillTokens = tokens,
            PrefillContext = first + tokens,
            PrefillPairs = (long)tokens * first + (long)tokens * (tokens + 1) / 2,
        };

    /// <summary>A step that decodes one token for each of <paramref name="sequences"/> that read <paramref name="context"/> tokens together.</summary>
    public static StepShape Decode(int sequences, long context) =>
        new()
        {
            DecodeTokens = sequences,
            DecodeContext = context,
            SampledTokens = sequences,
        };
}
