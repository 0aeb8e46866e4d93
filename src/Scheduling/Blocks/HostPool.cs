// Owns which blocks of host memory are free for swapped sequences.
namespace Tern.Scheduling.Blocks;

/// <summary>Host memory for swapping, in blocks of the device's size; taken lowest number first at the start.</summary>
internal sealed class HostPool
{
    private readonly int[] _free;
    private int _freeCount;

    public HostPool(int blockCount)
    {
        _free = new int[blockCount];
        for (var block = blockCount - 1; block >= 0; block--)
            _free[_freeCount++] = block;
    }

    public int Count => _free.Length;

    public int Available => _freeCount;

    /// <summary>Takes blocks. The caller has looked at <see cref="Available"/>.</summary>
    public void Take(Span<int> blocks)
    {
        _freeCount -= blocks.Length;
        _free.AsSpan(_freeCount, blocks.Length).CopyTo(blocks);
        blocks.Reverse(); // the top of the stack first
    }

    /// <summary>Gives blocks back, the last first.</summary>
    public void Release(ReadOnlySpan<int> blocks)
    {
        var free = _free.AsSpan(_freeCount, blocks.Length);
        blocks.CopyTo(free);
        free.Reverse();
        _freeCount += blocks.Length;
    }
}
