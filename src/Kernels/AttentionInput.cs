// Owns the arguments of paged attention.
namespace Tern.Kernels;

/// <summary>Arguments of <see cref="IBackend.PagedAttention"/>.</summary>
public readonly ref struct AttentionInput
{
    /// <summary>Queries, <c>[rows, heads, headDim]</c>; headDim is that of <see cref="Keys"/>.</summary>
    public required ReadOnlySpan<float> Query { get; init; }

    /// <summary>The layer's keys.</summary>
    public required KvView Keys { get; init; }

    /// <summary>The layer's values; their head dimension may differ from the keys'.</summary>
    public required KvView Values { get; init; }

    /// <summary>The sequences of the batch.</summary>
    public required ReadOnlySpan<AttentionSequence> Sequences { get; init; }

    /// <summary>Block numbers of all sequences, one after the other.</summary>
    public required ReadOnlySpan<int> BlockTables { get; init; }

    /// <summary>Query heads; a multiple of the key/value heads (query head h reads kv head h / (heads / kvHeads)).</summary>
    public required int Heads { get; init; }

    /// <summary>Factor on the scores before soft-capping.</summary>
    public required float Scale { get; init; }

    /// <summary>Sliding window in tokens: position p sees p-Window+1 … p (… p+Window-1 if bidirectional). 0 = all.</summary>
    public int Window { get; init; }

    /// <summary>Soft cap c: score = c·tanh(score/c). 0 = none (Gemma 2, arXiv 2408.00118).</summary>
    public float SoftCap { get; init; }

    /// <summary>One sink logit a head that joins the softmax's denominator, or empty (gpt-oss).</summary>
    public ReadOnlySpan<float> Sinks { get; init; }

    /// <summary>Whether position p sees later positions too (encoders).</summary>
    public bool Bidirectional { get; init; }

    /// <summary>The positions that query row <paramref name="query"/> of the sequence sees, end exclusive.</summary>
    public (int First, int End) VisibleRange(in AttentionSequence sequence, int query) =>
        sequence.VisibleRange(query, Window, Bidirectional);
}
