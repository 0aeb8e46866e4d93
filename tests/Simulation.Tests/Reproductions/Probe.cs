using Tern.Simulation.Reproductions;
using Xunit.Abstractions;
namespace Tern.Simulation.Tests.Reproductions;
public class Probe(ITestOutputHelper o)
{
    [Fact]
    public void All()
    {
        foreach (var r in MuxServeReproduction.Rows()) o.WriteLine($"{(r.IsMet ? "ok " : "NOT")} {r.Quantity}: {r.Published} vs {r.Measured:f3} ({r.Deviation:p1}) {r.Remark}");
        foreach (var g in MuxServeReproduction.QuotaSeries().GroupBy(s => s.Ms)) o.WriteLine($"{g.Key} " + string.Join(" ", g.Select(s => $"{s.Llm} {s.Quota} {s.Held}")));
    }
}
