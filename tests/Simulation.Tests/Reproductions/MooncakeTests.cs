// Owns the comparison with what Mooncake reports.
using Tern.Simulation.Reproductions;
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class MooncakeTests
{
    [SharedFact]
    public void All_figures_but_those_with_a_known_reason_are_met()
    {
        var trace = TraceReader.Read(SharedData.PathOf("traces", "mooncake-conversation.jsonl"));
        var rows = MooncakeReproduction.Rows(trace, routed: 1000);
        var missed = Assert.Single(rows, row => !row.IsMet);
        Assert.Equal("overload, requests rejected", missed.Experiment);
        Assert.NotEmpty(missed.Remark);
    }
}
