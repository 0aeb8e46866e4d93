// Owns what an item of attention asks of the way in which a split is computed.
namespace Tern.Kernels.Cpu;

/// <summary>The rows of an item against the positions of a split.</summary>
internal unsafe interface IAttentionSplit<TSelf>
    where TSelf : struct, IAttentionSplit<TSelf>
{
    /// <summary>For the rows of an item, in memory of the caller.</summary>
    static abstract TSelf Create(in AttentionItem item, float* memory);

    /// <summary>Floats of memory that are needed, from a multiple of 64 bytes on.</summary>
    static abstract long Floats(in AttentionJob job);

    /// <summary>Takes a row's query.</summary>
    void Ask(int row, float* query);

    /// <summary>
    /// Runs the softmax over positions of a split into a state that has seen nothing, and asks for the memory of later ones up
    /// to <paramref name="last"/>.
    /// </summary>
    void Accumulate(int start, int end, int last, in RowState state);
}
