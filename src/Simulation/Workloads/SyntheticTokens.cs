// Owns the made-up tokens of simulated prompts and answers.
using Tern.Scheduling;

namespace Tern.Simulation.Workloads;

/// <summary>Token ids that depend only on what they stand for, so that equal content has equal tokens and other content other ones.</summary>
public static class SyntheticTokens
{
    /// <summary>The token at <paramref name="position"/> of content <paramref name="id"/> in <paramref name="space"/>.</summary>
    public static int At(long id, int space, int position) =>
        (int)(Mix(Mix((ulong)id * 4 + (uint)space) + (uint)position) >> 33);

    /// <summary>The next token of a simulated answer: of request id, answer and position.</summary>
    public static int Next(Sequence sequence)
    {
        if (sequence.Tokens.IsEmpty)
            return 0; // without content there is nothing to continue
        var hash = (ulong)sequence.Index;
        foreach (var c in sequence.Request.Id)
            hash = Mix(hash ^ c);
        return At((long)(hash >> 2), 2, sequence.TokenCount);
    }

    /// <summary>SplitMix64's finalizer (Steele, Lea, Flood, OOPSLA 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
