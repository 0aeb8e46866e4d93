// Owns the question how much memory this process may still take.
using System.Globalization;

namespace Tern.Engine.Loading;

/// <summary>Free memory of machine and container.</summary>
internal static class FreeMemory
{
    /// <summary>
    /// Bytes: what the runtime may take at most (it knows container limits) less what the machine has in use, and on Linux
    /// no more than MemAvailable, which counts page cache that can be dropped as free (proc_meminfo(5)).
    /// </summary>
    public static long Bytes()
    {
        var info = GC.GetGCMemoryInfo();
        long free = info.TotalAvailableMemoryBytes - Environment.WorkingSet;
        return Math.Max(0, Available() is { } available ? Math.Min(free, available) : free - info.MemoryLoadBytes);
    }

    private static long? Available()
    {
        const string Path = "/proc/meminfo";
        if (!File.Exists(Path))
            return null;
        foreach (string line in File.ReadLines(Path))
            if (
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["MemAvailable:", var kibibytes, ..]
                && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out long value)
            )
                return value * 1024;
        return null;
    }
}
