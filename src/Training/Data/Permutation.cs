// Owns the order in which an epoch visits the data.
namespace Tern.Training.Data;

/// <summary>
/// A pseudo-random order of 0 … count - 1 that needs no memory: four Feistel rounds over the next power of four, walked
/// until they land inside. The same seed and epoch give the same order for ever.
/// </summary>
internal readonly struct Permutation
{
    private readonly ulong _count;
    private readonly ulong _key;
    private readonly int _halfBits;

    public Permutation(long count, ulong seed, long epoch)
    {
        _count = (ulong)count;
        _key = Mix(seed ^ Mix((ulong)epoch));
        int bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(Math.Max(1, _count - 1));
        _halfBits = (bits + 1) / 2;
    }

    public long this[long index]
    {
        get
        {
            ulong value = (ulong)index;
            do value = Round(value);
            while (value >= _count);
            return (long)value;
        }
    }

    private ulong Round(ulong value)
    {
        ulong mask = (1UL << _halfBits) - 1;
        ulong left = value >> _halfBits;
        ulong right = value & mask;
        for (ulong round = 0; round < 4; round++)
            (left, right) = (right, left ^ (Mix(right ^ _key ^ (round << 60)) & mask));
        return (left << _halfBits) | right;
    }

    private static ulong Mix(ulong x) => SplitMix.Mix(x + SplitMix.Golden);
}
