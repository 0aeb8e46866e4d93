using Tern.Simulation.Reproductions;
namespace Tern.Simulation.Tests.Reproductions;
public sealed class Proto(Xunit.Abstractions.ITestOutputHelper o)
{
    [Fact]
    public void Rows()
    {
        var w = System.Diagnostics.Stopwatch.StartNew();
        foreach (var f in new Func<IEnumerable<ReproductionRow>>[]{DistServeFormulas.CheckVectors,DistServeFormulas.EnumerationCounts,DistServeFormulas.PrefillQueues,DistServeExperiments.ReadmeCase,DistServeExperiments.Table2}) {
        foreach (var r in f()) o.WriteLine($"{(r.IsMet ? "ok " : "BAD")} {r.Experiment} | {r.Quantity} | {r.Published} | {r.Measured:0.####} | {r.Deviation:P1} | {r.Remark}");
        o.WriteLine($"{w.ElapsedMilliseconds} ms"); }
    }
}
