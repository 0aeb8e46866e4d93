using System.Diagnostics;
using Tern.Scheduling;
using Tern.Scheduling.Batching;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Routing;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;
using Tern.Testing;
namespace Tern.Simulation.Tests;
public class TernTmp(Xunit.Abstractions.ITestOutputHelper o)
{
    private static ServingSystem Tern(int key, IRoutingPolicy? r = null, IBatchingPolicy? b = null, IOrderingPolicy? ord = null) => new() { Name = "tern", Source = "x", Ordering = ord ?? new LeastSlack(new LeastSlack.Options { Key = key }), Batching = b ?? new DeadlineChunks(), Routing = r ?? new EarliestTtft(new EarliestTtft.Options { Rejects = false }) };
    [Fact]
    public void Go()
    {
        var env = Environment.GetEnvironmentVariable("CASE") ?? "conv";
        var n = int.Parse(Environment.GetEnvironmentVariable("N") ?? "3000");
        var which = (Environment.GetEnvironmentVariable("SYS") ?? "").Split(',');
        var rates = (Environment.GetEnvironmentVariable("RATES") ?? "1,2,4").Split(',').Select(double.Parse).ToList();
        var (file, model, cut, dev, workers, ttft, tpot, bs, maxb) = env switch
        {
            "conv" => ("azure-2023-conversation.csv", "llama-3.1-8b", 1, "a100-80g", 4, 1000.0, 50.0, 16, 2048),
            "code" => ("azure-2023-code.csv", "llama-3.1-8b", 1, "a100-80g", 4, 1000.0, 50.0, 16, 2048),
            _ => ("mooncake-conversation.jsonl", "llama-3.1-70b", 8, "a800-80g", 8, 10000.0, 100.0, 512, 2048),
        };
        if (Environment.GetEnvironmentVariable("TTFT") is { } tt) ttft = double.Parse(tt);
        if (Environment.GetEnvironmentVariable("TPOT") is { } tp) tpot = double.Parse(tp);
        var all = TraceReader.Read(SharedData.PathOf("traces", file)).Take(n).ToList();
        var device = DeviceCatalog.Get(dev); var m = ModelCatalog.Get(model);
        var latency = new Roofline(device, m, new Parallelism(Tensor: cut));
        var options = new SchedulerOptions { BlockSize = bs, BlockCount = (int)(KvCapacity.Tokens(device.MemoryBytes, m, cut) / bs), MaxBatchTokens = maxb, EnablePrefixCaching = env == "moon", Estimate = latency, Targets = new LatencyTargets(ttft, tpot) };
        var link = LinkPlan.GigabytesPerSecond(100);
        ClusterPlan Whole(ServingSystem s, SchedulerOptions? opt = null) => ClusterPlan.Of(s, new WorkerPlan { Options = opt ?? options, Latency = latency, Devices = cut, KvBytesPerToken = m.KvBytesPerToken }, workers) with { KvLink = link };
        ClusterPlan Split(ServingSystem s, int p) => new() { System = s, KvLink = link, Workers = [.. Enumerable.Range(0, workers).Select(i => new WorkerPlan { Options = options with { MaxBatchTokens = 8192, Role = i < p ? WorkerRole.Prefill : WorkerRole.Decode, EnablePrefixCaching = options.EnablePrefixCaching && i < p }, Latency = latency, KvBytesPerToken = m.KvBytesPerToken })] };
        var big = options with { MaxBatchTokens = 8192 };
        var fetch = new EarliestTtft(new EarliestTtft.Options { Rejects = false, TransferMsPerToken = m.KvBytesPerToken / 1e8 });
        var systems = new (string, ClusterPlan)[]
        {
            ("vllm", Whole(Vllm.System, big)),
            ("fastserve", Whole(FastServe.System, big with { HostBlockCount = big.BlockCount * 2 })),
            ("sarathi512", Whole(SarathiServe.System, options with { MaxBatchTokens = 512 })),
            ("sarathi2048", Whole(SarathiServe.System)),
            ("sarathi-aff", Whole(SarathiServe.System with { Routing = new PrefixAffinity() })),
            ("mooncake-half", Split(Mooncake.System with { Routing = new EarliestTtft(new EarliestTtft.Options { TransferMsPerToken = m.KvBytesPerToken / 1e8 }) }, workers / 2)),
            ("mooncake-3/4", Split(Mooncake.System with { Routing = new EarliestTtft(new EarliestTtft.Options { TransferMsPerToken = m.KvBytesPerToken / 1e8 }) }, workers * 3 / 4)),
            ("disagg-half", Split(Mooncake.System with { Routing = new LeastOutstanding(), Batching = new PrefillOnly() }, workers / 2)),
            ("disagg-3/4", Split(Mooncake.System with { Routing = new LeastOutstanding(), Batching = new PrefillOnly() }, workers * 3/4)),
            ("tern-slack", Whole(Tern(0, fetch), big)),
            ("tern-sjf", Whole(Tern(1, fetch), big)),
            ("tern-edf", Whole(Tern(2, fetch), big)),
            ("tern-fcfs", Whole(Tern(2, fetch, null, new Fcfs()), big)),
            ("tern-sjf-lo", Whole(Tern(1, new LeastOutstanding()), big)),
            ("tern-sjf-chunk", Whole(Tern(1, fetch, new ChunkedPrefill()), options with { MaxBatchTokens = 512 })),
            ("tern-rej", Whole(Tern(2, new EarliestTtft(new EarliestTtft.Options { Rejects = true, TransferMsPerToken = m.KvBytesPerToken / 1e8 })), big)),
        };
        o.WriteLine($"{env} n {n} base rate {all.Count / all[^1].ArrivalMs * 1000:f2}/s mean in {all.Average(r => r.PromptTokens):f0} out {all.Average(r => r.OutputTokens):f0} kv {options.BlockCount * bs}");
        foreach (var (name, plan) in systems.Where(s => which is [""] || which.Contains(s.Item1)))
        {
            var line = $"{name,-14}";
            foreach (var rate in rates)
            {
                var w = Stopwatch.StartNew();
                var r = new Simulator(plan).Run(all.Select(x => x with { ArrivalMs = x.ArrivalMs / rate }));
                var a = 0; var b = 0; var c = 0;
                foreach (var t in r.Timelines)
                {
                    var t1 = t.FirstTokenMs - t.ArrivalMs <= ttft; var t2 = t.GeneratedTokens < 2 || (t.FinishMs - t.FirstTokenMs) / (t.GeneratedTokens - 1) <= tpot;
                    a += t1 ? 1 : 0; b += t2 ? 1 : 0; c += t1 && t2 ? 1 : 0;
                }
                line += $"| x{rate}: {100.0 * c / n:f1} (ttft {100.0 * a / n:f0} tpot {100.0 * b / n:f0}) u{r.Utilization:f2} pre {r.Preemptions} {w.ElapsedMilliseconds}ms ";
            }
            o.WriteLine(line);
        }
    }
}
