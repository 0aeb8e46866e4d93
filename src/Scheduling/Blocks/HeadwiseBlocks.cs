// Owns the sizes of KV blocks that models of different shapes can share.
namespace Tern.Scheduling.Blocks;

/// <summary>
/// Head-wise KV blocks (MuxServe, ICML 2024, §3.4): a block is the keys, or the values, of one head of one layer for a few tokens.
/// Models with heads of the same size, whatever their layers and heads, draw from one pool of such blocks. A sequence takes them in
/// groups: all layers, heads, keys and values of <see cref="TokensPerBlock"/> tokens.
/// </summary>
/// <param name="HeadDimension">Elements of a head.</param>
/// <param name="BytesPerElement">Bytes of an element.</param>
/// <param name="TokensPerBlock">Tokens of a block.</param>
public sealed record HeadwiseBlocks(int HeadDimension, double BytesPerElement = 2, int TokensPerBlock = 16)
{
    /// <summary>Bytes of one block.</summary>
    public double BlockBytes => HeadDimension * BytesPerElement * TokensPerBlock;

    /// <summary>Blocks that fit into a number of bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not make one block.</exception>
    public long CountIn(double bytes)
    {
        var blocks = Math.Floor(bytes / BlockBytes);
        if (!(blocks >= 1))
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"a block takes {BlockBytes} bytes");
        return (long)blocks;
    }

    /// <summary>Blocks of a group: what <see cref="TokensPerBlock"/> tokens of a model take.</summary>
    /// <exception cref="ArgumentException">The model's heads have another size, so that it cannot share the pool.</exception>
    public int GroupOf(string model, int layers, int kvHeads, int headDimension) =>
        headDimension == HeadDimension
            ? 2 * layers * kvHeads
            : throw new ArgumentException(
                $"heads of '{model}' have {headDimension} elements; models that share KV blocks need {HeadDimension}",
                nameof(headDimension)
            );
}
