// Owns the conformance kit's run: every serving system keeps its promises on thousands of random small scenarios.
using FsCheck;
using FsCheck.Fluent;

namespace Tern.Simulation.Tests.Conformance;

public sealed class ConformanceTests
{
    /// <summary>Scenarios over all systems; with <c>TERN_LONG_TESTS=1</c> for each of them.</summary>
    private const int Scenarios = 10_000;

    private static readonly bool _isLong = Environment.GetEnvironmentVariable("TERN_LONG_TESTS") == "1";

    public static TheoryData<string> Systems => [.. SystemUnderTest.All.Select(subject => subject.Name)];

    [Theory]
    [MemberData(nameof(Systems))]
    public void A_system_keeps_its_promises_in_any_small_scenario(string name)
    {
        var subject = SystemUnderTest.All.Single(s => s.Name == name);
        var count = _isLong ? Scenarios : (Scenarios + SystemUnderTest.All.Count - 1) / SystemUnderTest.All.Count;
        var scenarios = Gen.Choose(0, int.MaxValue - 1).Select(Scenario.Random);
        Prop.ForAll(Arb.From(scenarios, scenario => scenario.Simpler()), scenario => Check(subject, scenario))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20260101UL, 3UL));
    }

    /// <summary>What the kit once found, in its simplest form.</summary>
    public static TheoryData<string, string> Failures =>
        new()
        {
            {
                "sarathi-serve, swapping",
                "who was preempted without room at the host waits for a younger one that was swapped out"
            },
            { "disaggregated", "who computes its tokens again waits for younger ones that decode" },
            { "fastserve", "long prompts take each other's blocks before either has a token" },
            { "loongserve, Fixed", "all are paused and nobody is there to bring them back" },
            { "faster-transformer", "who is done waits for the last of the batch and is forgotten" },
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public void What_failed_once_holds(string name, string what)
    {
        var plain = Scenario.Random(0) with
        {
            HostBlocks = 0,
            BatchTokens = 64,
            Depth = 1,
            Workers = 1,
            Decoders = 1,
            Caching = false,
            Watermark = 0,
            LinkBytesPerMs = double.PositiveInfinity,
            StepMs = 1,
            RowMs = 0,
            Shortage = null,
        };
        var scenario = what switch
        {
            "who was preempted without room at the host waits for a younger one that was swapped out" => Sized(
                plain,
                7,
                1,
                3
            ) with
            {
                HostBlocks = 3,
                Requests = [new(10, 0, 1, 5, Answers: 3)],
            },
            "who computes its tokens again waits for younger ones that decode" => Sized(plain, 12, 3, 2) with
            {
                BatchTokens = 6,
                BatchSequences = 1,
                Requests = [new(2, 72, 10, 10), new(5, 72, 15, 2), new(6, 72, 1, 2)],
            },
            "long prompts take each other's blocks before either has a token" => Sized(plain, 12, 5, 2) with
            {
                BatchTokens = 4,
                StepMs = 20,
                Requests = [new(6, 0, 12, 22), new(9, 0, 46, 1), new(11, 276, 22, 11)],
            },
            "all are paused and nobody is there to bring them back" => Sized(plain, 5, 1, 2) with
            {
                Depth = 3,
                Workers = 3,
                Requests = [new(1, 0, 1, 6)],
            },
            _ => Sized(plain, 12, 2, 3) with { MaxLength = 10, Requests = [new(4, 9, 1, 1), new(6, 9, 1, 2)] },
        };
        Check(SystemUnderTest.All.Single(s => s.Name == name), scenario);
    }

    private static Scenario Sized(Scenario scenario, int blocks, int blockSize, int sequences) =>
        scenario with
        {
            Blocks = blocks,
            BlockSize = blockSize,
            MaxLength = blocks * blockSize,
            Sequences = sequences,
            BatchSequences = sequences,
        };

    private static void Check(SystemUnderTest subject, Scenario scenario)
    {
        if (subject.Deploy is not null)
            SimulationPromises.Check(subject, scenario);
        if (subject.Stepped is not { } system)
            return;
        var run = new SteppedRun(system, scenario);
        run.Run();
        var again = new SteppedRun(system, scenario);
        again.Run();
        Assert.Equal(run.Decisions, again.Decisions);
    }
}
