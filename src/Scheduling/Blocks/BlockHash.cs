// Owns the content address of a full block: a chain hash over everything before it, its tokens and the salt.
namespace Tern.Scheduling.Blocks;

/// <summary>
/// 64-bit chain hash of a block: a function of salt and of all tokens up to the block's end, equal on every machine and in every run.
/// It only finds candidates: the prefix tree compares the tokens themselves, so a collision costs a miss and never gives wrong content.
/// </summary>
public static class BlockHash
{
    /// <summary>The hash that precedes the first block of sequences with this salt.</summary>
    public static ulong Root(string? salt)
    {
        var hash = salt is null ? 0x243F6A8885A308D3UL : 0x13198A2E03707344UL;
        foreach (var c in salt ?? "")
            hash = Mix(hash ^ c);
        return hash;
    }

    /// <summary>The hash of a block with <paramref name="tokens"/> that follows a block with hash <paramref name="parent"/>.</summary>
    public static ulong Chain(ulong parent, ReadOnlySpan<int> tokens)
    {
        var hash = Mix(parent + 0x9E3779B97F4A7C15UL);
        foreach (var token in tokens)
            hash = Mix(hash ^ (uint)token);
        return hash;
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
