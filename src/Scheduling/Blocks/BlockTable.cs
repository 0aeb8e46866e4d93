// Owns the list of one sequence's blocks.
namespace Tern.Scheduling.Blocks;

/// <summary>The blocks of a sequence in the order of its tokens.</summary>
public sealed class BlockTable
{
    private int[] _blocks = [];

    internal BlockTable() { }

    /// <summary>Number of blocks.</summary>
    public int Count { get; private set; }

    /// <summary>Block numbers, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> Span => _blocks.AsSpan(0, Count);

    /// <summary>The block of tokens <c>index * BlockSize</c> and following.</summary>
    public int this[int index]
    {
        get => Span[index];
        internal set => _blocks.AsSpan(0, Count)[index] = value;
    }

    /// <summary>How many of the leading blocks are published in the prefix tree (or equal to published ones).</summary>
    internal int Published { get; private set; }

    /// <summary>The prefix tree's node of block <see cref="Published"/> - 1; 0 before the first.</summary>
    internal long LastNode { get; private set; }

    /// <summary>The block that has <see cref="LastNode"/>; it may be another sequence's with equal content.</summary>
    internal int LastBlock { get; private set; }

    /// <summary>The chain hash up to block <see cref="Published"/> - 1.</summary>
    internal ulong LastHash { get; private set; }

    internal void Add(int block)
    {
        if (Count == _blocks.Length)
            Array.Resize(ref _blocks, Math.Max(8, _blocks.Length * 2));
        _blocks[Count++] = block;
    }

    /// <summary>Adds blocks whose numbers the caller fills in.</summary>
    internal Span<int> Extend(int count)
    {
        if (Count + count > _blocks.Length)
            Array.Resize(ref _blocks, Math.Max(Math.Max(8, Count + count), _blocks.Length * 2));
        Count += count;
        return _blocks.AsSpan(Count - count, count);
    }

    /// <summary>Advances <see cref="Published"/> by one block, whose content is that of tree node <paramref name="node"/>.</summary>
    internal void Advance(long node, int block, ulong hash)
    {
        Published++;
        (LastNode, LastBlock, LastHash) = (node, block, hash);
    }

    /// <summary>Begins publishing anew.</summary>
    internal void Forget() => (Published, LastNode, LastBlock, LastHash) = (0, 0, 0, 0);

    internal void CopyFrom(BlockTable other)
    {
        Clear();
        foreach (var block in other.Span)
            Add(block);
        (Published, LastNode, LastBlock, LastHash) = (other.Published, other.LastNode, other.LastBlock, other.LastHash);
    }

    internal void Clear()
    {
        Count = 0;
        Forget();
    }
}
