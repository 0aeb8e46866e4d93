// Owns the arguments of one forward pass: which tokens, where their keys and values go, whose logits are wanted.
using Tern.Kernels;

namespace Tern.Models;

/// <summary>A batch of rows, one per token, grouped by sequence in the order of <see cref="Sequences"/>.</summary>
public readonly struct ForwardInput
{
    /// <summary>Token ids, <c>[rows]</c>.</summary>
    public required ReadOnlyMemory<int> Tokens { get; init; }

    /// <summary>Positions in their sequences, <c>[rows]</c>.</summary>
    public required ReadOnlyMemory<int> Positions { get; init; }

    /// <summary>Cache slot of each row: block * block size + offset, <c>[rows]</c>.</summary>
    public required ReadOnlyMemory<int> Slots { get; init; }

    /// <summary>One entry a sequence.</summary>
    public required ReadOnlyMemory<AttentionSequence> Sequences { get; init; }

    /// <summary>Block numbers of all sequences, one after the other.</summary>
    public required ReadOnlyMemory<int> BlockTables { get; init; }

    /// <summary>Rows whose logits (or embeddings) are wanted, ascending.</summary>
    public required ReadOnlyMemory<int> OutputRows { get; init; }
}
