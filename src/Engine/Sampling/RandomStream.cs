// Owns the random numbers of sampling: a pure function of request seed, answer and token position, without state, so that
// a seeded answer is the same whatever else is in the batch, and goes on the same after a preemption.
namespace Tern.Engine.Sampling;

/// <summary>Counter-based uniform numbers: SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014) over three counters.</summary>
internal static class RandomStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    /// <param name="seed">The request's seed.</param>
    /// <param name="answer">Which of the n answers.</param>
    /// <param name="position">Tokens generated before this one.</param>
    public static double Uniform(ulong seed, int answer, int position)
    {
        unchecked
        {
            ulong stream = Mix(Mix(seed + Golden) + (ulong)(uint)answer * Golden);
            return (Mix(stream + ((ulong)(uint)position + 1) * Golden) >> 11) * (1.0 / (1UL << 53));
        }
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
