// Owns the axis "which cached block is given up when a new one is needed".
namespace Tern.Scheduling.Eviction;

/// <summary>
/// The cached blocks that nobody holds, in the order in which they are given up. A sequence releases its blocks last block first, so among
/// equals a prefix outlives what follows it. Time is the order of calls.
/// </summary>
public interface IEvictionPolicy
{
    /// <summary>Number of evictable blocks.</summary>
    int Count { get; }

    /// <summary>Whether a block is evictable.</summary>
    bool Contains(int block);

    /// <summary>A block has new content: its past uses were another's.</summary>
    void Renew(int block);

    /// <summary>A block's last holder released it: one use of its content has ended, and it is evictable.</summary>
    /// <exception cref="InvalidOperationException">It is evictable already.</exception>
    void Add(int block);

    /// <summary>A block is no longer evictable: it is held again, or its content is gone.</summary>
    /// <exception cref="InvalidOperationException">It is not evictable.</exception>
    void Remove(int block);

    /// <summary>Takes the block out that is to be given up first.</summary>
    /// <exception cref="InvalidOperationException">No block is evictable.</exception>
    int Evict();
}
