// Owns the lines above the tables: under which conditions the numbers were measured.
using System.Globalization;

namespace Tern.Peers;

/// <summary>Tells machine, programs and how busy it was.</summary>
internal static class Conditions
{
    // Programs under test and clients need up to about one and a half processors for each thread.
    private const double BusyLoad = 2;

    /// <summary>Writes what holds for all of some outcomes, ranges where it differs.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<Outcome> outcomes)
    {
        var first = outcomes[0];
        writer.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{first.Processor}, {first.Threads} threads of each program, ")
                + $"{Range(outcomes.Select(o => (double)o.Speeds.Tern.Length), 1, "F0")} pairs each."
        );
        writer.WriteLine();
        foreach (string programs in outcomes.Select(o => o.Programs).Distinct())
            writer.WriteLine($"- {programs}");
        foreach (var build in outcomes.GroupBy(o => o.Build))
            writer.WriteLine($"- Tern {build.Key}: {build.Count()} of {outcomes.Count} tests");
        writer.WriteLine(
            $"- memory reads {Range(outcomes.Select(o => o.Limits.Reads.BytesPerSecond), 1e9, "F1")} GB/s ({string.Join(" or ", outcomes.Select(o => o.Limits.Reads.Method).Distinct())})"
        );
        writer.WriteLine(
            $"- float multiply-adds {Range(outcomes.Select(o => o.Limits.Floats), 1e9, "F0")} GFLOP/s; {Tiles(outcomes)}"
        );
        writer.WriteLine($"- load average {Range(outcomes.SelectMany(o => o.Load), 1, "F1")}");
        if (outcomes.Any(o => o.Load.Max() > BusyLoad * o.Threads))
            writer.WriteLine("- other programs kept the processors busy: the ratios mean little");
        if (outcomes.Any(o => !o.HasPeer))
            writer.WriteLine(
                "- clients: only Tern's server; name llama.cpp's with --llama-server, the npm package has none"
            );
        writer.WriteLine();
    }

    private static string Tiles(IReadOnlyList<Outcome> outcomes)
    {
        if (outcomes.FirstOrDefault(o => o.Limits.Tiles.BFloat16 is null) is { } without)
            return without.Limits.Tiles.Note;
        return $"AMX {Range(outcomes.Select(o => o.Limits.Tiles.BFloat16!.Value), 1e9, "F0")} GFLOP/s in bfloat16, "
            + $"{Range(outcomes.Select(o => o.Limits.Tiles.Int8!.Value), 1e9, "F0")} GOP/s in bytes";
    }

    private static string Range(IEnumerable<double> values, double unit, string format)
    {
        var (lowest, highest) = (
            (values.Min() / unit).ToString(format, CultureInfo.InvariantCulture),
            (values.Max() / unit).ToString(format, CultureInfo.InvariantCulture)
        );
        return lowest == highest ? lowest : $"{lowest} to {highest}";
    }
}
