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
