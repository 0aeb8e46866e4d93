// Owns the yardstick of token generation: how fast this machine reads memory, with nothing else to do.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Limits;

/// <summary>Memory read bandwidth of some threads together.</summary>
/// <param name="BytesPerSecond">Of the fastest round of the best method.</param>
/// <param name="Method">How that was read, for people.</param>
public sealed unsafe record ReadBandwidth(double BytesPerSecond, string Method)
{
    private const long PieceBytes = 16L << 20;
    private const int MostPieces = 32; // together far larger than any processor's caches
    private const int Passes = 4;
    private const int Streams = 4;
    private const int Line = 64;
    private const int PrefetchDistance = 512;

    // One stream keeps too few reads under way; whether prefetching by software adds to four differs between processors.
    private static readonly (string Name, Reader Read)[] s_methods =
    [
        ("one read stream a thread", OneStream),
        ("four read streams a thread", FourStreams),
        ("four read streams a thread with software prefetch", PrefetchedStreams),
    ];

    private delegate ulong Reader(byte* data, long bytes);

    /// <summary>Reads half a gigabyte (or a quarter of the free memory) four times in each of several ways, which takes less
    /// than a second.</summary>
    /// <param name="threads">Threads that read, each its own part.</param>
    /// <exception cref="OutOfMemoryException">There is no memory for the smallest buffer.</exception>
    public static ReadBandwidth Measure(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        long free = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        int pieces = (int)Math.Clamp(free / 4 / PieceBytes, 1, MostPieces);
        using var memory = new AlignedMemory(pieces * PieceBytes);
        byte* data = memory.Pointer;
        // Written once, or every page would be the system's one page of zeros, and the cache would answer.
        for (long offset = 0; offset < memory.Length; offset += 4096)
            data[offset] = 0;
        long share = PieceBytes / threads / (Streams * Line) * (Streams * Line);
        // .NET offers prefetching on x86 only.
        int methods = Sse.IsSupported ? s_methods.Length : s_methods.Length - 1;
        double[] seconds = ConcurrentRounds.Fastest(
            threads,
            methods,
            Passes * pieces,
            (method, round, thread) =>
                s_methods[method].Read(data + round % pieces * PieceBytes + thread * share, share)
        );
        int best = seconds.AsSpan().IndexOf(seconds.Min());
        return new ReadBandwidth(share * threads / seconds[best], s_methods[best].Name);
    }

    // Not inlined: the JIT would see that nobody reads the result, and drop the reads.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ulong OneStream(byte* data, long bytes)
    {
        var a = Vector256<ulong>.Zero;
        var b = a;
        for (byte* end = data + bytes; data < end; data += Line)
        {
            a |= Vector256.Load((ulong*)data);
            b |= Vector256.Load((ulong*)(data + Line / 2));
        }
        return Vector256.Sum(a | b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ulong FourStreams(byte* data, long bytes)
    {
        long apart = bytes / Streams;
        var (a, b, c, d) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero, Vector256<ulong>.Zero, Vector256<ulong>.Zero);
        for (byte* end = data + apart; data < end; data += Line)
        {
            a |= OneLine(data);
            b |= OneLine(data + apart);
            c |= OneLine(data + 2 * apart);
            d |= OneLine(data + 3 * apart);
        }
        return Vector256.Sum(a | b | c | d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ulong PrefetchedStreams(byte* data, long bytes)
    {
        long apart = bytes / Streams;
        var (a, b, c, d) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero, Vector256<ulong>.Zero, Vector256<ulong>.Zero);
        for (byte* end = data + apart; data < end; data += Line)
        {
            byte* ahead = data + PrefetchDistance;
            Sse.Prefetch0(ahead);
            Sse.Prefetch0(ahead + apart);
            Sse.Prefetch0(ahead + 2 * apart);
            Sse.Prefetch0(ahead + 3 * apart);
            a |= OneLine(data);
            b |= OneLine(data + apart);
            c |= OneLine(data + 2 * apart);
            d |= OneLine(data + 3 * apart);
        }
        return Vector256.Sum(a | b | c | d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> OneLine(byte* line) =>
        Vector256.Load((ulong*)line) | Vector256.Load((ulong*)(line + Line / 2));
}
