// Owns what else must be known to judge the numbers: how fast memory was before and after, and how busy the machine.
using System.Globalization;
using Tern.Engine.Calibration;

namespace Tern.Peers;

/// <summary>The machine around one measurement.</summary>
internal sealed class Conditions
{
    private readonly int _threads;
    private readonly double _bandwidth;
    private readonly string _load;

    /// <summary>Measures before the tests.</summary>
    public Conditions(int threads)
    {
        _threads = threads;
        _load = Load();
        _bandwidth = MemoryBandwidth.Measure(threads);
    }

    /// <summary>Measures after the tests and writes both.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="stepBytes">Bytes that a decoding step of one stream reads.</param>
    public void Write(TextWriter writer, double stepBytes)
    {
        string load = Load();
        double after = MemoryBandwidth.Measure(_threads);
        double best = Math.Max(_bandwidth, after);
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"memory reads {_bandwidth / 1e9:F1} GB/s before, {after / 1e9:F1} GB/s after, which bounds one stream ({stepBytes / 1e6:F0} MB a token) at {best / stepBytes:F1} tokens/s; load average {_load} before, {load} after"
            )
        );
        writer.WriteLine();
    }

    // The one-minute load average, this program's own threads included.
    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
