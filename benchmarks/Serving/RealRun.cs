// Owns the comparison of the simulator with the machine it runs on: one workload, served and simulated, latencies side by side.
using System.Diagnostics;
using Tern.Engine;
using Tern.Engine.Calibration;
using Tern.Engine.Execution;
using Tern.Engine.Loading;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Simulation;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Serving.Benchmarks;

/// <summary>
/// The engine's loop on a real model, and the simulator on the cost curves measured right before. With one thread, times are processor times,
/// which others on the machine do not lengthen; with more they are wall times. Nobody waits for a request to come: idle time is skipped.
/// </summary>
internal sealed class RealRun : IDisposable
{
    private readonly EngineOptions _options;
    private readonly Func<double> _clock;
    private readonly LoadedModel _model;
    private readonly EngineLimits _limits;
    private readonly string _path;

    /// <summary>Opens a model.</summary>
    public RealRun(string path, int threads)
    {
        _path = path;
        _options = new EngineOptions
        {
            KvCacheBytes = 64 << 20,
            EnablePrefixCaching = false,
            Threads = threads,
        };
        _clock =
            threads == 1
                ? () => Environment.CpuUsage.TotalTime.TotalMilliseconds
                : () => Stopwatch.GetTimestamp() / 1e6;
        _model = LoadedModel.Open(path, _options);
        _limits = EngineLimits.Discover(_model.Network, _options, 0);
    }

    /// <summary>Runs both for each system and prints the means.</summary>
    public void Compare(IEnumerable<string> systems, double rate, int count)
    {
        var workload = new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(rate),
            Lengths = new UniformLengths(new TokenRange(20, 200), new TokenRange(5, 60)),
            Seed = 1,
        };
        TraceRequest[] trace = [.. workload.Requests().Take(count)];
        Console.WriteLine($"{"", -16} {"mean TTFT ms", 24} {"mean TPOT ms", 24} {"error of the curves", 20}");
        Console.WriteLine(
            $"{"system", -16} {"engine", 12} {"simulator", 11} {"engine", 12} {"simulator", 11} {"mean", 12} {"max", 7}"
        );
        foreach (string system in systems)
        {
            var budget = TimeSpan.FromSeconds(5);
            var curves = Calibrator.Measure(_model, _path, _options, _limits, budget, _clock).Latency();
            // Code that has just been loaded is slow, the engine's as well as the network's that calibration ran.
            for (int i = 0; i < 3; i++)
                Serve(system, curves, trace);
            var real = Serve(system, curves, trace);
            var simulated = Simulate(system, curves, trace);
            Console.WriteLine(
                $"{system, -16} {real.TtftMs, 12:F2} {simulated.TtftMs, 11:F2} {real.TpotMs, 12:F3} {simulated.TpotMs, 11:F3} "
                    + $"{curves.MeanRelativeError, 12:P1} {curves.MaxRelativeError, 7:P0}"
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private (double TtftMs, double TpotMs) Serve(string system, Calibrated curves, TraceRequest[] trace)
    {
        double skippedMs = -_clock();
        double Now() => _clock() + skippedMs;
        var meter = new EngineMeter(Now);
        var cache = _model.Network.CreateCache(_limits.BlockCount, _options.BlockSize, _options.KvCacheType);
        using var runner = new ModelRunner(_model.Network, cache);
        var scheduler = new Scheduler(Sizes(curves), EngineSystems.Get(system));
        var sampler = new Sampler(_model.VocabularySize, _model.Tokenizer.GetBytes);
        var loop = new EngineLoop(new StepExecutor(scheduler, runner, sampler, meter, Now), null, meter);
        var admission = new RequestAdmission(
            _model.Tokenizer,
            _model.EndTokens,
            _model.VocabularySize,
            _limits.ContextLength,
            _options.MaxSequences
        );
        var requests = new List<ActiveRequest>();
        bool busy = true;
        while (busy || requests.Count < trace.Length)
        {
            if (!busy)
                skippedMs += Math.Max(0, trace[requests.Count].ArrivalMs - Now());
            for (; requests.Count < trace.Length && trace[requests.Count].ArrivalMs <= Now(); )
            {
                var row = trace[requests.Count];
                requests.Add(admission.Admit(Request(row), row.ArrivalMs));
                meter.TryEnter(int.MaxValue);
                loop.Post(requests[^1]);
            }
            busy = loop.Turn();
        }
        var usages = requests.ConvertAll(UsageOf);
        return (
            usages.Average(usage => usage.QueueMs + usage.PrefillMs),
            usages.Average(usage => usage.DecodeMs / (usage.CompletionTokens - 1))
        );
    }

    private (double TtftMs, double TpotMs) Simulate(string system, Calibrated curves, TraceRequest[] trace)
    {
        var timelines = new Simulator(Sizes(curves), EngineSystems.Get(system), curves).Run(trace).Timelines;
        return (
            timelines.Average(timeline => timeline.FirstTokenMs - timeline.ArrivalMs),
            timelines.Average(timeline => (timeline.FinishMs - timeline.FirstTokenMs) / (timeline.GeneratedTokens - 1))
        );
    }

    private SchedulerOptions Sizes(Calibrated curves) =>
        new()
        {
            BlockCount = _limits.BlockCount,
            BlockSize = _options.BlockSize,
            MaxBatchTokens = _options.MaxBatchTokens,
            MaxSequences = _options.MaxSequences,
            MaxModelLength = _limits.ContextLength,
            EnablePrefixCaching = _options.EnablePrefixCaching,
            Estimate = curves,
        };

    private GenerationRequest Request(TraceRequest row)
    {
        var scheduled = row.ToRequest();
        return new GenerationRequest
        {
            Id = scheduled.Id,
            Prompt = [.. scheduled.Prompt.ToArray().Select(token => token % _model.VocabularySize)],
            Sampling = _model.Defaults.Sampling with { MaxTokens = row.OutputTokens, IgnoreEos = true },
        };
    }

    /// <summary>Of a request that is over: its stream is complete, reading it waits for nobody.</summary>
    private static GenerationUsage UsageOf(ActiveRequest request)
    {
        var usage = default(GenerationUsage);
        foreach (var output in request.Stream.ReadAsync(CancellationToken.None).ToBlockingEnumerable())
            usage = output.Usage;
        return usage;
    }
}
