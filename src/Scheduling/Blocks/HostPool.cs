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

    public int Take() => _free[--_freeCount];

    public void Release(int block) => _free[_freeCount++] = block;
}
