// Owns what must be known of the machine to judge a speed, measured in the same run.
using System.Globalization;
using Tern.Kernels.Limits;

namespace Tern.Peers;

/// <summary>Limits of the machine with as many threads as the programs use.</summary>
/// <param name="Reads">Memory reads.</param>
/// <param name="Floats">Float operations a second of fused multiply-adds.</param>
/// <param name="Tiles">Matrix units, or why there is no rate.</param>
internal sealed record MachineLimits(ReadBandwidth Reads, double Floats, TileRate Tiles)
{
    /// <summary>The processor's name.</summary>
    public static string Processor { get; } = FindProcessor();

    /// <summary>Measures, which takes about a second.</summary>
    public static MachineLimits Measure(int threads) =>
        new(ReadBandwidth.Measure(threads), FloatRate.Measure(threads), TileRate.Measure(threads));

    /// <summary>The one-minute load average, this program's own threads included.</summary>
    public static double Load() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>The better of two measurements: other programs only ever take something away.</summary>
    public MachineLimits Best(MachineLimits other) =>
        new(
            Reads.BytesPerSecond >= other.Reads.BytesPerSecond ? Reads : other.Reads,
            Math.Max(Floats, other.Floats),
            Tiles.Best(other.Tiles)
        );

    private static string FindProcessor()
    {
        const string Name = "model name";
        string? line = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is null ? "an unnamed processor" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
