// Owns a batch of whole sequences as training wants it.
namespace Tern.Training.Language;

/// <summary>Sequences row after row. No sequence sees another, whatever else is in the batch.</summary>
public sealed class TokenBatch
{
    /// <param name="sequences">Token ids of each sequence.</param>
    public TokenBatch(IReadOnlyList<ReadOnlyMemory<int>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var starts = new int[sequences.Count + 1];
        for (int i = 0; i < sequences.Count; i++)
            starts[i + 1] = checked(starts[i] + sequences[i].Length);
        var tokens = new int[starts[^1]];
        var positions = new int[tokens.Length];
        for (int i = 0; i < sequences.Count; i++)
        {
            sequences[i].Span.CopyTo(tokens.AsSpan(starts[i]));
            for (int position = 0; position < sequences[i].Length; position++)
                positions[starts[i] + position] = position;
        }
        (Tokens, Positions, Starts) = (tokens, positions, starts);
    }

    /// <summary>Token ids, <c>[rows]</c>.</summary>
    public ReadOnlyMemory<int> Tokens { get; }

    /// <summary>Positions in their sequences, <c>[rows]</c>.</summary>
    public ReadOnlyMemory<int> Positions { get; }

    /// <summary>First row of each sequence, then the number of rows.</summary>
    public ReadOnlyMemory<int> Starts { get; }

    /// <summary>Rows, one a token.</summary>
    public int Rows => Tokens.Length;
}
