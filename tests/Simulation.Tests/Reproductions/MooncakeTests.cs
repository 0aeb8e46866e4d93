// Owns the comparison with what Mooncake reports.
using System.Diagnostics;
using Tern.Scheduling;
using Tern.Simulation.Reproductions;
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class MooncakeTests(Xunit.Abstractions.ITestOutputHelper o)
{
    [SharedFact]
    public void Show()
    {
        var n = int.Parse(Environment.GetEnvironmentVariable("N") ?? "2000");
        var pd = int.Parse(Environment.GetEnvironmentVariable("PD") ?? "8");
        var speed = double.Parse(Environment.GetEnvironmentVariable("SPEED") ?? "1");
        var trace = TraceReader.Read(SharedData.PathOf("traces", "mooncake-conversation.jsonl")).Take(n).Select(r => r with { ArrivalMs = r.ArrivalMs / speed }).ToList();
        foreach (var (name, routing) in MooncakeCluster.Routings)
        {
            var watch = Stopwatch.StartNew();
            var r = new Simulator(MooncakeCluster.Plan(routing, LatencyTargets.None, pd, pd)).Run(trace);
            var ttft = r.Timelines.Select(t => t.FirstTokenMs - t.ArrivalMs).Order().ToList();
            var q = r.Workers.Sum(w => w.Stats.PrefixQueries); var h = r.Workers.Sum(w => w.Stats.PrefixHits);
            o.WriteLine($"{name}: served {r.Served} mean {ttft.Average():f0} p50 {ttft[ttft.Count/2]:f0} p90 {ttft[ttft.Count*9/10]:f0} p99 {ttft[ttft.Count*99/100]:f0} hit {(double)h/q:p1} dur {r.DurationMs/1000:f0}s util {string.Join(' ', r.Workers.Select(w=> (w.BusyMs/r.DurationMs).ToString("f2")))} fetched {r.Workers.Take(pd).Sum(w=>w.ReceivedBytes)/1e9:f1} GB in {watch.ElapsedMilliseconds} ms  refused {r.Refused.Count}");
        }
    }

    [SharedFact]
    public void Overload()
    {
        var all = TraceReader.Read(SharedData.PathOf("traces", "mooncake-conversation.jsonl"));
        var mean = all.Average(r => r.OutputTokens);
        var latency = MooncakeCluster.Plan(MooncakeCluster.Routings[0].Policy, LatencyTargets.None).Workers[0].Latency;
        foreach (var speed in new[] { 1.0, 1.5, 2 })
        foreach (var slots in new[] { 20, 40, 60, 80, 100, 120, 160 })
        foreach (var p in new[] { 8, 12, 16 })
        {
            var trace = all.Select(r => r with { ArrivalMs = r.ArrivalMs / speed }).ToList();
            var sim = new MooncakeOverload { Latency = latency, PrefillWorkers = p, DecodeSlots = slots, TpotMs = 50, DecodeMs = mean * 50 };
            o.WriteLine($"x{speed} P{p} slots {slots}: " + string.Join("   ", Enum.GetValues<MooncakeOverload.Admission>().Select(a => { var r = sim.Run(trace, a); return $"{r.Rejected} (late {r.RejectedLate})"; })));
        }
    }
}
