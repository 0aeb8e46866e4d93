// Owns the mixing of bits that all random numbers of training come from.
namespace Tern.Training;

/// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same bits on every machine and in every version.</summary>
internal static class SplitMix
{
    /// <summary>The step of a counter: 2^64 by the golden ratio.</summary>
    public const ulong Golden = 0x9E3779B97F4A7C15UL;

    /// <summary>Mixes 64 bits so that neighbours have nothing in common.</summary>
    public static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9UL;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBUL;
        return bits ^ (bits >> 31);
    }
}
