// Owns the hint that memory will be read soon. Only x86 has it in .NET; elsewhere it does nothing.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu;

internal static unsafe class Prefetch
{
    /// <summary>Asks for the lines of the next <paramref name="bytes"/>. Addresses outside all memory do no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(byte* start, int bytes)
    {
        if (!Sse.IsSupported)
            return;
        for (int line = 0; line < bytes; line += 64)
            Sse.Prefetch0(start + line);
    }

    /// <summary>
    /// The same into the second-level cache, for what is read later: more lines may be under way to it than to the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FarLines(byte* start, int bytes)
    {
        if (!Sse.IsSupported)
            return;
        for (int line = 0; line < bytes; line += 64)
            Sse.Prefetch1(start + line);
    }
}
