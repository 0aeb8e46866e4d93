// Owns the numbers that Python's and NumPy's generators give for a seed, where an experiment was published as a script with one.
namespace Tern.Simulation.Reproductions;

/// <summary>MT19937 (Matsumoto, Nishimura 1998) with the seeding of CPython's <c>random</c> or of NumPy's legacy <c>random</c>.</summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Size];
    private int _at = Size;

    private MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Size; i++)
            _state[i] = 1_812_433_253 * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i;
    }

    /// <summary>As after <c>numpy.random.seed(seed)</c>.</summary>
    public static MersenneTwister OfNumPy(uint seed) => new(seed);

    /// <summary>As after <c>random.seed(seed)</c>: the seed is a key of one word.</summary>
    public static MersenneTwister OfPython(uint seed)
    {
        var twister = new MersenneTwister(19_650_218);
        var state = twister._state;
        var i = 1;
        for (var step = 0; step < Size; step++)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1_664_525)) + seed;
            i = Following(i);
        }
        for (var step = 1; step < Size; step++)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1_566_083_941)) - (uint)i;
            i = Following(i);
        }
        state[0] = 0x8000_0000;
        return twister;

        int Following(int index)
        {
            if (++index < Size)
                return index;
            state[0] = state[Size - 1];
            return 1;
        }
    }

    /// <summary>From 0 up to 1, with 53 bits.</summary>
    public double NextUnit()
    {
        var (high, low) = (Next() >> 5, Next() >> 6);
        return (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0;
    }

    /// <summary>Shuffles as <c>random.shuffle</c> does.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = NextBelow(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private int NextBelow(int limit)
    {
        var shift = System.Numerics.BitOperations.LeadingZeroCount((uint)limit);
        uint value;
        do value = Next() >> shift;
        while (value >= limit);
        return (int)value;
    }

    private uint Next()
    {
        if (_at == Size)
            Turn();
        var value = _state[_at++];
        value ^= value >> 11;
        value ^= (value << 7) & 0x9d2c_5680;
        value ^= (value << 15) & 0xefc6_0000;
        return value ^ (value >> 18);
    }

    private void Turn()
    {
        for (var i = 0; i < Size; i++)
        {
            var mixed = (_state[i] & 0x8000_0000) | (_state[(i + 1) % Size] & 0x7fff_ffff);
            _state[i] = _state[(i + Middle) % Size] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908_b0df);
        }
        _at = 0;
    }
}
