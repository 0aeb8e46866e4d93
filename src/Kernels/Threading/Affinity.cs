// Owns the binding of threads to processors, where the operating system offers it.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Threading;

internal static unsafe partial class Affinity
{
    /// <summary>Processors in the mask of sched_setaffinity(2); glibc's default.</summary>
    private const int MaskBits = 1024;

    /// <summary>The processors this process may run on; empty where that cannot be asked.</summary>
    public static int[] Allowed()
    {
        if (!OperatingSystem.IsLinux())
            return [];
        ulong* mask = stackalloc ulong[MaskBits / 64];
        if (GetAffinity(0, MaskBits / 8, mask) != 0)
            return [];
        var processors = new List<int>();
        for (int i = 0; i < MaskBits; i++)
        {
            if ((mask[i / 64] >> (i % 64) & 1) != 0)
                processors.Add(i);
        }
        return [.. processors];
    }

    /// <summary>Binds the calling thread to one processor. A refusal only costs speed and is ignored.</summary>
    public static void PinThread(int processor)
    {
        if (!OperatingSystem.IsLinux() || processor >= MaskBits)
            return;
        ulong* mask = stackalloc ulong[MaskBits / 64];
        new Span<ulong>(mask, MaskBits / 64).Clear();
        mask[processor / 64] = 1UL << (processor % 64);
        _ = SetAffinity(0, MaskBits / 8, mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, ulong* mask);
}
