// Owns the arguments of attention as training needs it: whole sequences that lie row after row.
namespace Tern.Kernels;

/// <summary>Arguments of <see cref="ITrainingBackend.CausalAttention"/> and its gradient.</summary>
public readonly ref struct CausalAttentionInput
{
    /// <summary>Queries, <c>[rows, heads, headDim]</c>.</summary>
    public required ReadOnlySpan<float> Query { get; init; }

    /// <summary>Keys, <c>[rows, kvHeads, headDim]</c>.</summary>
    public required ReadOnlySpan<float> Keys { get; init; }

    /// <summary>Values, <c>[rows, kvHeads, headDim]</c>.</summary>
    public required ReadOnlySpan<float> Values { get; init; }

    /// <summary>First row of each sequence, ascending from 0, and at the end the number of rows. A row sees those of its
    /// sequence up to itself.</summary>
    public required ReadOnlySpan<int> Starts { get; init; }

    /// <summary>Query heads; a multiple of the key/value heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Elements of a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Factor on the scores.</summary>
    public required float Scale { get; init; }

    /// <summary>Rows of the batch.</summary>
    public int Rows => Starts.IsEmpty ? 0 : Starts[^1];

    /// <summary>Sequences of the batch.</summary>
    public int Sequences => Math.Max(0, Starts.Length - 1);
}
