// Owns the random numbers of tasks: of our own, so that a prompt number means the same prompt for ever.
namespace Tern.Training.Rl.Tasks;

/// <summary>A stream of numbers that depends on its keys alone (SplitMix64).</summary>
internal struct TaskRandom(ulong first, ulong second)
{
    private ulong _state = SplitMix.Mix(first) ^ SplitMix.Mix(second + 0x632be59bd9b4e019);

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)((UInt128)Next() * (ulong)bound >> 64);

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>A number from 0 to just below 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Puts a list into a random order.</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private ulong Next()
    {
        _state += SplitMix.Golden;
        return SplitMix.Mix(_state);
    }
}
