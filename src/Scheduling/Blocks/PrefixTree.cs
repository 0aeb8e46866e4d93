// Owns which block holds which content: the tree of cached full blocks, found by chain hash and verified by tokens.
namespace Tern.Scheduling.Blocks;

/// <summary>
/// Every published block is a node: (parent node, tokens) or, for a first block, (salt, tokens). Nodes are numbered and numbers never
/// return, so a node whose parent was evicted can no longer be reached: equal parent node and equal tokens mean equal content.
/// All operations are O(1) in the number of blocks.
/// </summary>
internal sealed class PrefixTree
{
    private readonly Dictionary<ulong, int> _byHash;
    private readonly int _blockSize;
    private readonly int[] _tokens; // [block, blockSize]
    private readonly ulong[] _hashes;
    private readonly long[] _nodes; // 0: not published
    private readonly long[] _parents;
    private readonly string?[] _salts; // of first blocks
    private long _lastNode;

    public PrefixTree(int blockCount, int blockSize)
    {
        _byHash = new Dictionary<ulong, int>(blockCount);
        _blockSize = blockSize;
        _tokens = new int[blockCount * blockSize];
        _hashes = new ulong[blockCount];
        _nodes = new long[blockCount];
        _parents = new long[blockCount];
        _salts = new string?[blockCount];
    }

    /// <summary>Number of published blocks.</summary>
    public int Count => _byHash.Count;

    public bool Contains(int block) => block < _nodes.Length && _nodes[block] != 0;

    public long NodeOf(int block) => _nodes[block];

    /// <summary>The content a published block claims, for audits.</summary>
    public ReadOnlySpan<int> TokensOf(int block) => _tokens.AsSpan(block * _blockSize, _blockSize);

    public long ParentOf(int block) => _parents[block];

    public string? SaltOf(int block) => _salts[block];

    /// <summary>Finds the block with these tokens after <paramref name="parent"/> (0: at the beginning); -1 if there is none.</summary>
    public int Find(ulong hash, long parent, string? salt, ReadOnlySpan<int> tokens) =>
        _byHash.TryGetValue(hash, out var block) && Matches(block, parent, salt, tokens) ? block : -1;

    /// <summary>
    /// Publishes a block's content and returns the block displaced from the tree by it, or -1. The displaced one had the same hash and
    /// other content, or the same content under a parent that is gone.
    /// </summary>
    public int Publish(int block, ulong hash, long parent, string? salt, ReadOnlySpan<int> tokens)
    {
        var displaced = -1;
        if (_byHash.TryGetValue(hash, out var old))
        {
            displaced = old;
            Remove(old);
        }
        tokens.CopyTo(_tokens.AsSpan(block * _blockSize));
        _hashes[block] = hash;
        _nodes[block] = ++_lastNode;
        _parents[block] = parent;
        _salts[block] = parent == 0 ? salt : null;
        _byHash.Add(hash, block);
        return displaced;
    }

    public void Remove(int block)
    {
        _byHash.Remove(_hashes[block]);
        _nodes[block] = 0;
        _salts[block] = null;
    }

    private bool Matches(int block, long parent, string? salt, ReadOnlySpan<int> tokens) =>
        _parents[block] == parent && (parent != 0 || _salts[block] == salt) && TokensOf(block).SequenceEqual(tokens);
}
