// Owns the question how much memory this process has taken at most.
using System.Diagnostics;
using System.Globalization;

namespace Tern.Cli.Benchmarks;

/// <summary>Peak resident memory, pages of mapped files included.</summary>
internal static class PeakMemory
{
    /// <summary>Bytes: VmHWM of proc_pid_status(5) on Linux, elsewhere what the system calls the peak working set.</summary>
    public static long Bytes()
    {
        const string Status = "/proc/self/status";
        if (File.Exists(Status))
        {
            foreach (string line in File.ReadLines(Status))
                if (
                    line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["VmHWM:", var kibibytes, ..]
                    && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out long value)
                )
                    return value * 1024;
        }
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
