// Owns made-up results for tests.
using Tern.Kernels.Limits;

namespace Tern.Peers.Tests;

internal static class Outcomes
{
    public const string Processor = "a processor";

    public static Outcome Make(
        string shape = "tiny",
        string type = "Q4_0",
        string test = "prompt of 512",
        double[]? tern = null,
        double[]? peer = null
    ) =>
        new()
        {
            Processor = Processor,
            Threads = 2,
            Shape = shape,
            Type = type,
            Test = test,
            Speeds = new PairedSpeeds(tern ?? [10, 20, 30], peer ?? [20, 20, 20]),
            Limits = new MachineLimits(new ReadBandwidth(20e9, "some way"), 200e9, new TileRate("no AMX")),
            Load = [0.5, 2.25],
            Programs = "Tern and llama.cpp",
            Build = "0.1.0+abc",
            MeasuredAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };

    public static ComparisonSettings Settings(string tests = "prompt-512", int pairs = 3, string? server = null) =>
        new(Workload.Parse(tests, steps: 64, depth: 0), Threads: 2, pairs, IsCheck: false, server, Processor);
}
