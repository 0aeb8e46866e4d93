// Owns when an engine measures: where its system decides by step times and nothing is kept, or when it is asked to.
using Tern.Engine.Calibration;
using Tern.Engine.Sampling;
using Tern.Testing;

namespace Tern.Engine.Tests.Calibration;

public sealed class CalibrationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tern-calibration-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Model()
    {
        string path = Path.Combine(_folder.FullName, "model.gguf");
        File.Copy(TinyModels.Stories, path);
        return path;
    }

    private static EngineOptions Options(string system, CalibrationMode mode) =>
        new()
        {
            System = system,
            Calibration = mode,
            Threads = 1,
            KvCacheBytes = 1 << 20,
        };

    [SharedFact]
    public async Task Step_times_are_measured_once_and_then_found_again()
    {
        string model = Model();
        await using (var engine = LlmEngine.Load(model, Options("tern", CalibrationMode.WhenNeeded)))
        {
            Assert.Contains("kept in", engine.CalibratedNow, StringComparison.Ordinal);
            var answer = await engine.RunAsync(TinyModels.Request([1, 5, 9], new SamplingParams { MaxTokens = 4 }));
            Assert.InRange(answer[0].Tokens.Count, 1, 4);
        }
        string kept = File.ReadAllText($"{model}.tern-costs.json");
        await using (var engine = LlmEngine.Load(model, Options("fastserve", CalibrationMode.WhenNeeded)))
        {
            Assert.Null(engine.CalibratedNow);
            Assert.Contains(engine.Info.Summary, line => line.Contains("measured steps", StringComparison.Ordinal));
        }
        Assert.Equal(kept, File.ReadAllText($"{model}.tern-costs.json"));
        await using (var engine = LlmEngine.Load(model, Options("vllm", CalibrationMode.Always)))
            Assert.NotNull(engine.CalibratedNow);
        Assert.NotEqual(kept, File.ReadAllText($"{model}.tern-costs.json"));
    }

    [SharedFact]
    public async Task A_system_that_does_not_ask_for_step_times_measures_and_reads_nothing()
    {
        string model = Model();
        string costs = $"{model}.tern-costs.json";
        await using (LlmEngine.Load(model, Options("sarathi-serve", CalibrationMode.WhenNeeded)))
            Assert.False(File.Exists(costs));
        await using (LlmEngine.Load(model, Options("tern", CalibrationMode.Never)))
            Assert.False(File.Exists(costs));
        File.WriteAllText(costs, "damaged");
        await using (LlmEngine.Load(model, Options("sarathi-serve", CalibrationMode.WhenNeeded))) { }
        var refused = Assert.Throws<CostFileException>(() =>
            LlmEngine.Load(model, Options("tern", CalibrationMode.WhenNeeded))
        );
        Assert.Equal(costs, refused.File);
        Assert.Equal("damaged", File.ReadAllText(costs));
        var (curves, file) = Calibrator.Run(model, Options("tern", CalibrationMode.Never), TimeSpan.FromSeconds(0.05));
        Assert.Equal(costs, file);
        Assert.Equal(curves.Points, Assert.Single(CostFile.Read(file)).Points);
    }

    [SharedFact]
    public async Task What_is_promised_reaches_the_policies_and_the_summary()
    {
        var options = Options("tern", CalibrationMode.Never) with { Targets = new(1e5, 1e4) };
        await using var engine = LlmEngine.Load(TinyModels.Stories, options);
        Assert.Contains(engine.Info.Summary, line => line.Contains("100000 ms", StringComparison.Ordinal));
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i =>
                    engine.RunAsync(
                        TinyModels.Request([1, 5 + i], new SamplingParams { MaxTokens = 8, IgnoreEos = true })
                    )
                )
        );
        Assert.All(answers, answer => Assert.Equal(8, answer[0].Tokens.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            LlmEngine.Load(TinyModels.Stories, options with { Targets = new(0, 1) })
        );
    }

    [SharedFact]
    public void Key_and_curves_are_those_of_model_and_settings()
    {
        string model = Model();
        var options = Options("tern", CalibrationMode.Never);
        var (curves, _) = Calibrator.Run(model, options, TimeSpan.FromMilliseconds(50));
        Assert.Equal(CostKey.Of(model, options), curves.Key);
        Assert.NotEqual(curves.Key, CostKey.Of(model, options with { Threads = 2 }));
        Assert.NotEqual(curves.Key, CostKey.Of(model, options with { Numerics = Kernels.Numerics.Float32 }));
        Assert.NotEqual(curves.Key, CostKey.Of(model, options with { KvCacheType = Tensors.DType.F32 }));
        using (var file = File.OpenWrite(model))
            file.SetLength(file.Length + 1);
        Assert.NotEqual(curves.Key.Model, CostKey.Of(model, options).Model);
    }

    [SharedFact]
    public void An_encoder_has_no_step_times()
    {
        string model = TinyModels.Conformance("bert");
        var always = new EngineOptions { Calibration = CalibrationMode.Always };
        Assert.Throws<EngineStartException>(() => LlmEngine.Load(model, always));
        Assert.Contains(
            "encoder",
            Assert
                .Throws<EngineStartException>(() => Calibrator.Run(model, new EngineOptions(), TimeSpan.FromSeconds(1)))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Systems_that_are_said_not_to_decide_by_step_times_do_without()
    {
        Assert.Equal(
            ["fastserve", "fastserve-released", "tern"],
            EngineSystems.All.Where(EngineSystems.DecidesByStepTimes).Select(system => system.Name)
        );
        foreach (var system in EngineSystems.All.Where(system => !EngineSystems.DecidesByStepTimes(system)))
        {
            // Without an estimate whoever asks for one throws. Few blocks, so that sequences are preempted too.
            var engine = new FakeEngine(
                new Scheduling.SchedulerOptions
                {
                    BlockCount = 24,
                    BlockSize = 4,
                    MaxBatchTokens = 16,
                    MaxSequences = 6,
                    MaxModelLength = 60,
                },
                system: system,
                contextLength: 60
            );
            for (int i = 0; i < 12; i++)
                engine.Post(
                    $"{i}",
                    5 + i,
                    new SamplingParams
                    {
                        Temperature = 0,
                        MaxTokens = 20,
                        IgnoreEos = true,
                    }
                );
            engine.TurnToEnd();
            Assert.Null(engine.Meter.Stats.Fault);
            Assert.False(engine.Scheduler.HasWork);
        }
    }
}
