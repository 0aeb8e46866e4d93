// Owns the proof that the engine and the simulator decide alike: one trace through both drivers of the scheduler.
using Tern.Engine;
using Tern.Engine.Calibration;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Engine.Tests;
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Systems;
using Tern.Simulation;
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Parity.Tests;

public class ParityTests
{
    private static readonly Linear Latency = new(
        fixedMs: 4,
        perPrefillToken: 0.03,
        perContextToken: 0.0004,
        perSequence: 0.2
    );

    /// <summary>Systems, device blocks (tight, middling, plenty), host blocks, and whether prefixes are cached.</summary>
    public static TheoryData<string, int, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int, bool>();
            foreach (var system in EngineSystems.All)
            foreach (int blocks in new[] { 60, 150, 4000 })
            foreach (int hostBlocks in system.Preemption.Swaps ? new[] { 0, 40, 1000 } : [0])
            foreach (bool cache in new[] { true, false })
                cases.Add(system.Name, blocks, hostBlocks, cache);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_same_trace_makes_the_same_batches_at_the_same_times(
        string system,
        int blocks,
        int hostBlocks,
        bool cache
    ) => await Compare(system, blocks, hostBlocks, cache, Synthetic(250));

    [Fact]
    public void An_engine_refuses_what_only_the_simulator_can_run_and_says_what_it_can()
    {
        var names = EngineSystems.All.Select(system => system.Name).ToList();
        Assert.Contains("fastserve", names);
        foreach (var system in SystemCatalog.All.Where(system => !names.Contains(system.Name)))
        {
            var refused = Assert.Throws<EngineStartException>(() => EngineSystems.Get(system.Name));
            Assert.Equal(nameof(EngineOptions.System), refused.Option);
            Assert.All(names, name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
        }
        Assert.Throws<EngineStartException>(() => EngineSystems.Get("no-such-system"));
        Assert.All(
            new[] { "distserve", "muxserve", "bullet" },
            name => Assert.Throws<EngineStartException>(() => EngineSystems.Get(name))
        );
        Assert.Same(SarathiServe.System, EngineSystems.Get(new EngineOptions().System));
    }

    [SharedFact]
    public async Task A_real_trace_makes_the_same_batches_too()
    {
        var trace = TraceReader
            .Read(SharedData.PathOf("traces", "azure-2023-conversation.csv"))
            .Take(120)
            .Select(r => r with { PromptTokens = 1 + r.PromptTokens / 8, OutputTokens = 1 + r.OutputTokens / 8 });
        await Compare("sarathi-serve", 500, 0, cache: true, [.. trace]);
    }

    [SharedTheory]
    [InlineData("tern")]
    [InlineData("fastserve")]
    [InlineData("sarathi-serve")]
    public async Task On_the_step_times_of_a_real_model_both_take_what_the_table_says(string system)
    {
        string model = Path.Combine(Path.GetTempPath(), $"tern-parity-{Guid.NewGuid():N}.gguf");
        File.Copy(SharedData.PathOf("models", "stories260K", "stories260K.gguf"), model);
        var (curves, file) = Calibrator.Run(
            model,
            new EngineOptions { Threads = 1, KvCacheBytes = 1 << 20 },
            TimeSpan.FromSeconds(0.3)
        );
        try
        {
            var kept = CostFile.Read(file)[0].Latency();
            await Compare(system, 150, 0, cache: true, Synthetic(120), kept);
            var steps = curves.Points.Select(point => point.Step.Shape);
            Assert.All(steps, step => Assert.Equal(curves.Latency().StepMs(step), kept.StepMs(step)));
        }
        finally
        {
            File.Delete(model);
            File.Delete(file);
        }
    }

    private static async Task Compare(
        string system,
        int blocks,
        int hostBlocks,
        bool cache,
        TraceRequest[] trace,
        ILatencyModel? latency = null
    )
    {
        latency ??= Latency;
        var options = new SchedulerOptions
        {
            BlockCount = blocks,
            BlockSize = 8,
            MaxBatchTokens = 128,
            MaxSequences = 12,
            EnablePrefixCaching = cache,
            MaxModelLength = 1 + trace.Max(row => row.PromptTokens + row.OutputTokens),
            HostBlockCount = hostBlocks,
            Estimate = latency,
        };
        var policies = EngineSystems.Get(system);
        var simulated = new Simulator(options, policies, latency) { RecordBatches = true }.Run(trace);

        var batches = new List<BatchRecord>();
        var engine = new FakeEngine(
            options,
            s => SyntheticTokens.Next(s) % FakeEngine.Vocabulary,
            policies,
            options.MaxSequenceLength
        );
        engine.Runner.OnRun = batch =>
        {
            batches.Add(BatchRecord.Of(batch, engine.NowMs));
            if (batch.TokenCount > 0) // else it only moves blocks, which takes no time here
                engine.NowMs += latency.StepMs(StepShape.Of(batch));
        };
        var requests = new List<ActiveRequest>();
        for (int arrived = 0; arrived < trace.Length; )
        {
            for (; arrived < trace.Length && trace[arrived].ArrivalMs <= engine.NowMs; arrived++)
                requests.Add(Post(engine, trace[arrived]));
            if (!engine.Loop.Turn() && arrived < trace.Length)
                engine.NowMs = Math.Max(engine.NowMs, trace[arrived].ArrivalMs);
        }
        engine.TurnToEnd();

        Assert.Empty(simulated.Refused);
        Assert.Equal(simulated.Batches.Count, batches.Count);
        for (int i = 0; i < batches.Count; i++)
            Assert.Equal(simulated.Batches[i], batches[i]);
        Assert.Equal(simulated.Workers[0].Stats, engine.Scheduler.Stats);
        Assert.Equal(simulated.DurationMs, engine.NowMs);
        Assert.True(engine.Meter.WhenIdle().IsCompleted, "a request is over that the engine still counts");
        for (int i = 0; i < requests.Count; i++)
        {
            var usage = (await FakeEngine.ReadAsync(requests[i]))[^1].Usage;
            var timeline = simulated.Timelines[i];
            Assert.Equal(trace[i].OutputTokens, usage.CompletionTokens);
            Assert.Equal(timeline.FirstTokenMs - timeline.ArrivalMs, usage.QueueMs + usage.PrefillMs, 1e-6);
            Assert.Equal(timeline.CachedTokens, usage.CachedTokens);
        }
    }

    private static ActiveRequest Post(FakeEngine engine, TraceRequest row)
    {
        double now = engine.NowMs;
        engine.NowMs = row.ArrivalMs;
        var scheduled = row.ToRequest();
        var request = engine.Post(
            new GenerationRequest
            {
                Id = scheduled.Id,
                Prompt = [.. scheduled.Prompt.ToArray().Select(token => token % FakeEngine.Vocabulary)],
                Sampling = new SamplingParams
                {
                    Temperature = 0,
                    MaxTokens = row.OutputTokens,
                    IgnoreEos = true,
                },
            }
        );
        engine.NowMs = now;
        return request;
    }

    /// <summary>Bursts and lulls; a third of the prompts begin like an earlier one.</summary>
    private static TraceRequest[] Synthetic(int count)
    {
        var random = new Random(5);
        double ms = 0;
        return
        [
            .. Enumerable
                .Range(1, count)
                .Select(row => new TraceRequest
                {
                    Row = row,
                    ArrivalMs = ms += random.Next(4) == 0 ? random.Next(400) : random.NextDouble() * 5,
                    PromptTokens = random.Next(1, 180),
                    OutputTokens = random.Next(1, 60),
                    PrefixIds = random.Next(3) == 0 ? [random.Next(4)] : [],
                }),
        ];
    }
}
