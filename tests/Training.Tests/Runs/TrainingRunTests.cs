// Runs that stop and go on, and runs that cannot.
using System.Text.Json;
using Tern.Formats.Gguf;
using Tern.Kernels.Cpu;
using Tern.Training.Checkpoints;
using Tern.Training.Data;
using Tern.Training.Export;
using Tern.Training.Optimizers;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Runs;

public sealed class TrainingRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(2);

    public TrainingRunTests() =>
        File.WriteAllText(
            _folder.PathOf("data.txt"),
            string.Join("\n\n", Enumerable.Range(0, 40).Select(i => $"the cat {i} sat on the mat {i * i} times"))
        );

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW, WeightPrecision.Float32)]
    [InlineData(OptimizerKind.AdamW, WeightPrecision.BFloat16)]
    [InlineData(OptimizerKind.Muon, WeightPrecision.Float32)]
    [InlineData(OptimizerKind.Sgd, WeightPrecision.BFloat16)]
    public void A_run_that_was_stopped_ends_as_if_it_had_not_been(OptimizerKind kind, WeightPrecision weights)
    {
        var config = Config() with { Optimizer = Config().Optimizer with { Kind = kind, Weights = weights } };
        Train(config, "whole");
        foreach (int steps in (int[])[0, 1, 3, 4])
            Train(config, "stopped", steps);
        Train(config, "stopped");
        Train(config, "stopped"); // a run that is done stays as it is
        Assert.Equal(Checkpoint("whole"), Checkpoint("stopped"));
        Assert.Equal(Export(config, "whole"), Export(config, "stopped"));
        Assert.Equal(Losses("whole"), Losses("stopped"));
        Assert.Equal(config.Steps, Losses("whole").Length);
    }

    [Fact]
    public void Threads_micro_batches_and_recomputation_do_not_change_what_is_learned()
    {
        Train(Config(), "whole");
        using var backend = new CpuBackend(3);
        var config = Config() with { MicroBatchTokens = 1, Recompute = true };
        using (var run = TrainingRun.Open(config, _folder.Root, _folder.PathOf("other"), backend))
            run.Run(_ => { }, default);
        Assert.Equal(Checkpoint("whole"), Checkpoint("other"));
        Assert.Equal(Losses("whole"), Losses("other"));
    }

    [Fact]
    public void A_run_learns_and_says_how_it_goes()
    {
        var config = Config() with { Steps = 30 };
        Train(config, "run");
        var lines = File.ReadLines(_folder.PathOf("run/log.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        Assert.Equal(Enumerable.Range(1, 30), lines.Select(line => line.GetProperty("step").GetInt32()));
        double[] losses = Losses("run");
        Assert.InRange(losses[^1], 0, losses[0] - 1);
        foreach (string measured in (string[])["validationLoss", "kernelEfficiency"])
            Assert.Equal(
                [4, 8, 12, 16, 20, 24, 28, 30],
                lines
                    .Where(line => line.TryGetProperty(measured, out _))
                    .Select(line => line.GetProperty("step").GetInt32())
            );
        Assert.True(lines[^1].GetProperty("kernelEfficiency").GetDouble() > 0);
        Assert.StartsWith(
            "<svg",
            File.ReadAllText(_folder.PathOf("run/loss.svg")).TrimStart(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Steps_after_the_checkpoint_are_done_and_logged_again()
    {
        Train(Config(), "whole");
        var run = Open(Config(), "killed");
        var stop = new InvalidOperationException("killed");
        Assert.Same(
            stop,
            Assert.Throws<InvalidOperationException>(() =>
                run.Run(
                    line =>
                    {
                        if (line.Step == 7)
                            throw stop;
                    },
                    default
                )
            )
        );
        run.Dispose();
        File.AppendAllText(_folder.PathOf("killed/log.jsonl"), "{\"step\": 8, \"lo");
        File.WriteAllText(_folder.PathOf("killed/checkpoint.safetensors.0123.part"), "half");
        using (var again = Open(Config(), "killed"))
            Assert.Equal(5, again.Step);
        Assert.Equal([1, 2, 3, 4, 5], Steps("killed"));
        Train(Config(), "killed");
        Assert.Equal(Checkpoint("whole"), Checkpoint("killed"));
        Assert.Equal(Losses("whole"), Losses("killed"));
        Assert.Empty(Directory.GetFiles(_folder.PathOf("killed"), "*.part"));
    }

    [Fact]
    public void Numbers_that_run_away_stop_the_run_and_keep_the_last_good_checkpoint()
    {
        var config = Config() with
        {
            CheckpointEvery = 1,
            Optimizer = Config().Optimizer with
            {
                Kind = OptimizerKind.Sgd,
                LearningRate = 1e30f,
                Clip = 0,
                WarmupSteps = 0,
            },
        };
        using (var run = Open(config, "run"))
        {
            run.Save();
            var error = Assert.Throws<NonFiniteLossException>(() => run.Run(_ => { }, default));
            Assert.Contains("is not finite", error.Message, StringComparison.Ordinal);
        }
        using var again = Open(config, "run");
        Assert.All(
            again.Decoder.Parameters,
            parameter => Assert.True(parameter.Values.ToArray().All(float.IsFinite), parameter.Name)
        );
    }

    [Fact]
    public void A_value_that_is_no_number_is_traced_to_its_tensor()
    {
        byte[] before;
        using (var run = Open(Config(), "run"))
        {
            run.Save();
            before = Checkpoint("run");
            run.Decoder.Parameters.First(p => p.Name == "blk.0.ffn_down.weight").Values[3] = float.NaN;
            var error = Assert.Throws<NonFiniteLossException>(() => run.Run(_ => { }, default));
            Assert.Contains("step 1: ", error.Message, StringComparison.Ordinal);
            Assert.Contains("blk.0.ffn_down.weight", error.Message, StringComparison.Ordinal);
            Assert.Throws<NonFiniteLossException>(run.Save);
        }
        Assert.Equal(before, Checkpoint("run"));
    }

    [Fact]
    public void A_folder_with_a_run_of_another_configuration_is_refused()
    {
        Train(Config(), "run", steps: 2);
        var error = Assert.Throws<ConfigException>(() => Open(Config() with { Seed = 2 }, "run"));
        Assert.Contains("\"seed\": 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"seed\": 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_begun_before_a_key_was_there_goes_on()
    {
        Train(Config(), "run", steps: 2);
        string path = _folder.PathOf("run/config.json");
        string text = File.ReadAllText(path);
        string older = text.Replace("\"recompute\": false,", "", StringComparison.Ordinal);
        Assert.NotEqual(text, older);
        File.WriteAllText(path, older);
        using var run = Open(Config(), "run");
        Assert.Equal(2, run.Step);
    }

    [Fact]
    public void A_folder_where_nothing_could_begin_is_free_for_another_configuration()
    {
        var wrong = Config() with { Data = new() { Files = ["missing.txt"] } };
        Assert.ThrowsAny<IOException>(() => Open(wrong, "run"));
        var contradictory = Config() with { Model = Config().Model with { KvHeads = 3 } };
        Assert.Throws<ConfigException>(() => Open(contradictory, "run"));
        Train(Config(), "run", steps: 1);
    }

    [Fact]
    public void A_folder_belongs_to_one_run_at_a_time()
    {
        using var run = Open(Config(), "run");
        var error = Assert.Throws<ConfigException>(() => Open(Config(), "run"));
        Assert.Contains("another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_that_the_model_was_not_trained_with_is_refused()
    {
        Train(Config(), "run", 2);
        string path = _folder.PathOf("run/tokenizer.json");
        string before = File.ReadAllText(path);
        File.Delete(path);
        File.WriteAllText(
            _folder.PathOf("data.txt"),
            string.Join("\n\n", Enumerable.Range(0, 40).Select(i => $"an owl {i} hunts foxes in {i * i} nights"))
        );
        var error = Assert.Throws<CheckpointException>(() => Open(Config(), "run"));
        Assert.Contains("another tokenizer than tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(before, File.ReadAllText(path));
        File.WriteAllText(path, before);
        Open(Config(), "run").Dispose();
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        Train(Config(), "run", steps: 2);
        string path = _folder.PathOf("run/checkpoint.safetensors");
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^5]);
        Assert.Throws<CheckpointException>(() => Open(Config(), "run"));
        Tern.Training.Checkpoints.Checkpoint.Save(path, [], new Dictionary<string, string>());
        var error = Assert.Throws<CheckpointException>(() => Open(Config(), "run"));
        Assert.Contains("lacks 'token_embd.weight'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_too_small_to_keep_some_of_it_for_validation_is_refused()
    {
        File.WriteAllText(_folder.PathOf("small.txt"), "the cat");
        var config = Config() with
        {
            Data = new() { Files = ["small.txt"], ValidationSamples = 3 },
        };
        var error = Assert.Throws<DataException>(() => Open(config, "run"));
        Assert.Contains("validationSamples", error.Message, StringComparison.Ordinal);
        config = config with { Data = config.Data with { ValidationSamples = 0 } };
        Train(config, "run");
    }

    private static TrainingConfig Config() =>
        new()
        {
            Name = "tiny",
            Model = new()
            {
                ContextLength = 16,
                Width = 16,
                Layers = 2,
                Heads = 2,
                KvHeads = 1,
                HeadDim = 8,
                FeedForward = 24,
            },
            Tokenizer = new() { VocabularySize = 280 },
            Data = new() { Files = ["data.txt"], ValidationSamples = 4 },
            Optimizer = new() { LearningRate = 0.01f, WarmupSteps = 2 },
            Steps = 12,
            BatchTokens = 80,
            MicroBatchTokens = 40,
            CheckpointEvery = 5,
            ValidateEvery = 4,
        };

    private TrainingRun Open(TrainingConfig config, string name) =>
        TrainingRun.Open(config, _folder.Root, _folder.PathOf(name), _backend);

    private void Train(TrainingConfig config, string name, int steps = int.MaxValue)
    {
        using var run = Open(config, name);
        using var stop = new CancellationTokenSource();
        if (steps == 0)
            stop.Cancel();
        int done = 0;
        run.Run(
            _ =>
            {
                if (++done == steps)
                    stop.Cancel();
            },
            stop.Token
        );
    }

    private byte[] Checkpoint(string name) =>
        File.ReadAllBytes(Path.Combine(_folder.PathOf(name), TrainingRun.CheckpointName));

    private byte[] Export(TrainingConfig config, string name)
    {
        using var run = Open(config, name);
        string path = _folder.PathOf($"{name}.gguf");
        DecoderExport.Of(run.Decoder, config.Name, run.TokenizerFiles).WriteGguf(path, GgufFileType.Q8_0);
        return File.ReadAllBytes(path);
    }

    private double[] Losses(string name) => [.. Lines(name).Select(line => line.GetProperty("loss").GetDouble())];

    private int[] Steps(string name) => [.. Lines(name).Select(line => line.GetProperty("step").GetInt32())];

    private IEnumerable<JsonElement> Lines(string name) =>
        File.ReadLines(_folder.PathOf($"{name}/log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement);
}
