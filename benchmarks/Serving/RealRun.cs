// Owns the comparison of the simulator with the machine it runs on: one workload, served and simulated, latencies side by side.
using System.Diagnostics;
using Tern.Engine;
using Tern.Engine.Calibration;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Simulation;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Serving.Benchmarks;

/// <summary>Serves a workload with the engine, at the times its requests come, and simulates it on the curves measured before.</summary>
internal static class RealRun
{
    /// <summary>Runs both and prints the means.</summary>
    /// <param name="model">A model's file.</param>
    /// <param name="systems">Names of <see cref="EngineSystems.All"/>.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="count">Requests.</param>
    public static async Task CompareAsync(string model, IReadOnlyList<string> systems, double rate, int count)
    {
        var options = new EngineOptions { KvCacheBytes = 64 << 20, EnablePrefixCaching = false };
        TraceRequest[] trace =
        [
            .. new SyntheticWorkload
            {
                Arrivals = new PoissonArrivals(rate),
                Lengths = new UniformLengths(new TokenRange(20, 200), new TokenRange(5, 60)),
                Seed = 1,
            }
                .Requests()
                .Take(count),
        ];
        var (curves, _) = Calibrator.Run(model, options, TimeSpan.FromSeconds(5));
        Console.WriteLine(
            $"{curves.Points.Count} steps measured, error of the curves mean {curves.Latency.MeanRelativeError:P1}, largest {curves.Latency.MaxRelativeError:P1}"
        );
        Console.WriteLine($"{"system", -20} {"mean TTFT ms", 24} {"mean TPOT ms", 24}");
        Console.WriteLine($"{"", -20} {"engine", 12} {"simulator", 11} {"engine", 12} {"simulator", 11}");
        foreach (string system in systems)
        {
            var real = await ServeAsync(model, options with { System = system }, trace);
            var simulated = Simulate(real.Limits, options, system, curves.Latency, trace);
            Console.WriteLine(
                $"{system, -20} {real.TtftMs, 12:F2} {simulated.TtftMs, 11:F2} {real.TpotMs, 12:F3} {simulated.TpotMs, 11:F3}"
            );
        }
    }

    private static async Task<(double TtftMs, double TpotMs, EngineLimits Limits)> ServeAsync(
        string model,
        EngineOptions options,
        TraceRequest[] trace
    )
    {
        await using var engine = LlmEngine.Load(model, options with { Calibration = CalibrationMode.WhenNeeded });
        // Code that has just been loaded is slow; the curves were measured when it was not.
        foreach (var row in trace.Take(40))
            await AnswerAsync(engine, row);
        long start = Stopwatch.GetTimestamp();
        var usages = await Task.WhenAll(
            trace.Select(async row =>
            {
                var wait = TimeSpan.FromMilliseconds(row.ArrivalMs) - Stopwatch.GetElapsedTime(start);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait);
                return await AnswerAsync(engine, row);
            })
        );
        return (
            usages.Average(usage => usage.QueueMs + usage.PrefillMs),
            Tpot(usages.Select(usage => (usage.DecodeMs, usage.CompletionTokens))),
            engine.Limits
        );
    }

    private static async Task<GenerationUsage> AnswerAsync(LlmEngine engine, TraceRequest row)
    {
        var request = new GenerationRequest
        {
            Prompt = [.. row.ToRequest().Prompt.ToArray().Select(token => token % engine.Info.VocabularySize)],
            Sampling = new SamplingParams { MaxTokens = row.OutputTokens, IgnoreEos = true },
        };
        var usage = default(GenerationUsage);
        await foreach (var output in engine.GenerateAsync(request))
            usage = output.Usage;
        return usage;
    }

    private static (double TtftMs, double TpotMs) Simulate(
        EngineLimits limits,
        EngineOptions options,
        string system,
        Calibrated latency,
        TraceRequest[] trace
    )
    {
        var scheduler = new SchedulerOptions
        {
            BlockCount = limits.BlockCount,
            BlockSize = options.BlockSize,
            MaxBatchTokens = options.MaxBatchTokens,
            MaxSequences = options.MaxSequences,
            MaxModelLength = limits.ContextLength,
            EnablePrefixCaching = options.EnablePrefixCaching,
            Estimate = latency,
        };
        var timelines = new Simulator(scheduler, EngineSystems.Get(system), latency).Run(trace).Timelines;
        return (
            timelines.Average(timeline => timeline.FirstTokenMs - timeline.ArrivalMs),
            Tpot(timelines.Select(timeline => (timeline.FinishMs - timeline.FirstTokenMs, timeline.GeneratedTokens)))
        );
    }

    private static double Tpot(IEnumerable<(double DecodeMs, int Tokens)> answers) =>
        answers.Where(answer => answer.Tokens > 1).Average(answer => answer.DecodeMs / (answer.Tokens - 1));
}
