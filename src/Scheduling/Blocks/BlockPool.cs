// Owns which block is free, held (and how often) or cached: the bottom of the KV ledger. The bytes are elsewhere.
using Tern.Scheduling.Eviction;

namespace Tern.Scheduling.Blocks;

/// <summary>
/// Every block is in exactly one of three places: free, held by sequences, or cached (published in the prefix tree and held by nobody,
/// so evictable). Every operation is O(1) beside the eviction policy's.
/// </summary>
internal sealed class BlockPool
{
    private readonly int[] _holders;
    private readonly int[] _free;
    private readonly IEvictionPolicy _cached;
    private int _freeCount;

    public BlockPool(int blockCount, int blockSize, bool caching, Func<int, IEvictionPolicy> eviction)
    {
        BlockSize = blockSize;
        Limit = blockCount;
        _holders = new int[blockCount];
        // Content takes far more memory than counts; who never looks for it does not pay.
        _cached = eviction(caching ? blockCount : 0);
        Tree = new PrefixTree(caching ? blockCount : 0, blockSize);
        _free = new int[blockCount];
        for (var block = blockCount - 1; block >= 0; block--)
            _free[_freeCount++] = block; // a stack: block 0 is taken first
    }

    public int BlockSize { get; }

    public PrefixTree Tree { get; }

    public int Count => _holders.Length;

    /// <summary>Most blocks that may be held at once; what is held above it when it is lowered stays held.</summary>
    public int Limit { get; set; }

    /// <summary>Blocks that can be taken: free ones and cached ones, up to the limit.</summary>
    public int Available => Math.Max(0, Math.Min(_freeCount + _cached.Count, Limit - Held));

    public int Cached => _cached.Count;

    public int Held => Count - _freeCount - _cached.Count;

    public int HoldersOf(int block) => _holders[block];

    public bool IsCached(int block) => Tree.Contains(block) && _holders[block] == 0;

    /// <summary>Whether a block is in the free list; a search, for audits.</summary>
    public bool IsFree(int block) => _free.AsSpan(0, _freeCount).Contains(block);

    /// <summary>Takes a block for one holder, evicting a cached one if none is free. The caller has looked at <see cref="Available"/>.</summary>
    public int Take()
    {
        int block;
        if (_freeCount > 0)
        {
            block = _free[--_freeCount];
        }
        else
        {
            block = _cached.Evict();
            Tree.Remove(block);
        }
        _holders[block] = 1;
        return block;
    }

    /// <summary>Takes blocks, each as <see cref="Take()"/> would.</summary>
    public void Take(Span<int> blocks)
    {
        var free = Math.Min(blocks.Length, _freeCount);
        _freeCount -= free;
        _free.AsSpan(_freeCount, free).CopyTo(blocks);
        blocks[..free].Reverse(); // the top of the stack first
        foreach (var block in blocks[..free])
            _holders[block] = 1;
        for (var i = free; i < blocks.Length; i++)
            blocks[i] = Take();
    }

    /// <summary>Adds a holder to a block that is held or cached.</summary>
    public void Hold(int block)
    {
        if (_holders[block] == 0)
            _cached.Remove(block);
        _holders[block]++;
    }

    /// <summary>Removes a holder; with the last one the block becomes cached if it is published, else free.</summary>
    public void Release(int block)
    {
        if (_holders[block] == 0)
            throw new InvalidOperationException($"block {block} is released more often than held");
        if (--_holders[block] > 0)
            return;
        if (Tree.Contains(block))
            _cached.Add(block);
        else
            _free[_freeCount++] = block;
    }

    /// <summary>Removes a holder from each of these, the last first.</summary>
    public void Release(ReadOnlySpan<int> blocks)
    {
        for (var i = blocks.Length - 1; i >= 0; i--)
        {
            var block = blocks[i];
            if (_holders[block] == 1 && !Tree.Contains(block))
                (_holders[block], _free[_freeCount++]) = (0, block);
            else
                Release(block);
        }
    }

    /// <summary>Frees every cached block: their content holds no more. Those that are held must not be published.</summary>
    public void Forget()
    {
        while (_cached.Count > 0)
        {
            int block = _cached.Evict();
            Tree.Remove(block);
            _free[_freeCount++] = block;
        }
    }

    /// <summary>Publishes a held block's content.</summary>
    public void Publish(int block, ulong hash, long parent, string? salt, ReadOnlySpan<int> tokens)
    {
        _cached.Renew(block);
        var displaced = Tree.Publish(block, hash, parent, salt, tokens);
        if (displaced < 0 || _holders[displaced] > 0)
            return;
        _cached.Remove(displaced);
        _free[_freeCount++] = displaced;
    }
}
