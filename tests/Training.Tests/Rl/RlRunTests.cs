// Runs of reinforcement learning: exact, resumable, robust, and able to learn.
using Tern.Kernels.Cpu;
using Tern.Training.Checkpoints;
using Tern.Training.Language;
using Tern.Training.Rl;
using Tern.Training.Rl.Losses;
using Tern.Training.Rl.Samplers;
using Tern.Training.Rl.Tasks;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Rl;

public sealed class RlRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(2);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(4, 4, 2)]
    [InlineData(4, 2, 3)]
    [InlineData(4, 1, 5)]
    [InlineData(2, 1, 8)]
    public async Task Before_the_first_update_every_ratio_is_exactly_1(int heads, int kvHeads, int groupSize)
    {
        var config = Rollouts.Config with { Model = Rollouts.Model(heads, kvHeads), GroupSize = groupSize };
        var lines = await LearnAsync(config, "run");
        Assert.Equal([0, 1, 2, 3], lines.Select(line => line.Step));
        Assert.All(lines.Skip(1), line => Assert.True(line.GradientNorm > 0, "nothing was learned"));
        Assert.All(lines, line => Assert.Equal(0, line.FirstRatioDeviation));
        Assert.All(lines, line => Assert.Equal(0, line.ClipFraction));
    }

    [Fact]
    public async Task Further_updates_of_a_step_see_ratios_other_than_1_but_the_first_does_not()
    {
        var lines = await LearnAsync(
            Rollouts.Config with
            {
                Updates = 3,
                Loss = new() { ClipLow = 0, ClipHigh = 0 },
            },
            "run"
        );
        Assert.All(lines, line => Assert.Equal(0, line.FirstRatioDeviation));
        Assert.Contains(lines, line => line.ClipFraction > 0);
    }

    [Theory]
    [InlineData(SelectorKind.Uniform, FilterKind.All, false, 0)]
    [InlineData(SelectorKind.BandPass, FilterKind.ZeroVariance, false, 0)]
    [InlineData(SelectorKind.Greso, FilterKind.Pods, false, 0.1)]
    [InlineData(SelectorKind.Mopps, FilterKind.All, true, 0.1)]
    public async Task A_run_that_was_stopped_ends_as_if_it_had_not_been(
        SelectorKind selector,
        FilterKind filter,
        bool randomRewards,
        double kl
    )
    {
        var config = Rollouts.Config with
        {
            Steps = 4,
            Updates = 2,
            RandomRewards = randomRewards,
            Loss = new PolicyLossOptions { KlCoefficient = kl, EntropyCoefficient = 0.01 },
            Sampling = new()
            {
                Before = selector,
                After = filter,
                PodsKept = 3,
                OverSample = 1.5,
            },
        };
        var whole = await LearnAsync(config, "whole");
        foreach (long stop in (long[])[0, 1, 3])
            await LearnAsync(config, "stopped", stopAfter: stop);
        await LearnAsync(config, "stopped");
        await LearnAsync(config, "stopped"); // a run that is done stays as it is
        Assert.True(kl == 0 || whole[^1].Divergence > 0);
        Assert.Equal(Learned("whole"), Learned("stopped"));
        Assert.Equal(Rewards("whole"), Rewards("stopped"));
    }

    [Fact]
    public async Task A_warm_start_that_was_stopped_ends_as_if_it_had_not_been()
    {
        await LearnAsync(Rollouts.Config, "whole");
        foreach (long stop in (long[])[1, 17, 30])
        {
            using var enough = new CancellationTokenSource();
            var steps = new List<long>();
            using var run = RlRun.Open(Rollouts.Config, new LetterTask(), _folder.PathOf("stopped"), _backend);
            await run.RunAsync(
                (step, _) =>
                {
                    steps.Add(step);
                    if (step == stop)
                        enough.Cancel();
                },
                _ => { },
                enough.Token
            );
            Assert.Equal(stop, steps[^1]);
            Assert.True(steps.Count <= stop && (stop == 1 || steps.Count < stop), "it began again");
        }
        await LearnAsync(Rollouts.Config, "stopped");
        Assert.Equal(Learned("whole"), Learned("stopped"));
        Assert.Equal(Rewards("whole"), Rewards("stopped"));
        Assert.False(File.Exists(_folder.PathOf("stopped/warming.safetensors")));
    }

    [Fact]
    public async Task Held_out_answers_can_be_drawn_instead_of_the_most_probable_ones()
    {
        var task = new LetterTask();
        var config = Rollouts.Config with { EvaluateEvery = 1, EvaluateAnswers = 3 };
        var drawn = await LearnAsync(config, "drawn", task: task);
        var again = await LearnAsync(config, "again", task: task);
        var greedy = await LearnAsync(config with { EvaluateAnswers = 0 }, "greedy", task: task);
        Assert.Equal(drawn.Select(line => line.HeldOut), again.Select(line => line.HeldOut));
        Assert.NotEqual(greedy.Select(line => line.HeldOut), drawn.Select(line => line.HeldOut));
        // What is learned, and what it costs, is the same: evaluation takes no part in it.
        Assert.Equal(
            greedy.Select(line => (line.Loss, line.GeneratedTokens)),
            drawn.Select(line => (line.Loss, line.GeneratedTokens))
        );
        Assert.All(drawn, line => Assert.True(line.HeldOut * task.HeldOutPrompts * 3 % 1 < 1e-9));
    }

    [Fact]
    public async Task A_run_from_the_warm_start_of_another_goes_as_if_it_had_made_its_own()
    {
        await LearnAsync(Rollouts.Config, "own");
        string warm = _folder.PathOf("own/warm.safetensors");
        await LearnAsync(Rollouts.Config with { WarmStart = new() { From = warm } }, "other");
        Assert.Equal(Learned("own"), Learned("other"));
        await Assert.ThrowsAnyAsync<IOException>(() =>
            LearnAsync(Rollouts.Config with { WarmStart = new() { From = warm + "x" } }, "none")
        );
        await Assert.ThrowsAsync<CheckpointException>(() =>
            LearnAsync(
                Rollouts.Config with
                {
                    Model = Rollouts.Model(4, 1),
                    WarmStart = new() { From = warm },
                },
                "shape"
            )
        );
    }

    [Fact]
    public async Task Every_measured_line_shows_an_answer()
    {
        var lines = await LearnAsync(Rollouts.Config, "run");
        Assert.All(lines, line => Assert.Equal(line.HeldOut is null, line.Example is null));
        Assert.NotNull(lines[0].Example);
    }

    [Fact]
    public async Task Threads_and_micro_batches_change_no_bit_of_what_is_learned()
    {
        await LearnAsync(Rollouts.Config, "two");
        foreach (int threads in (int[])[1, 3])
        {
            using var backend = new CpuBackend(threads);
            var config = Rollouts.Config with { MicroBatchTokens = 1 << threads };
            await LearnAsync(config, $"with {threads}", backend: backend);
            Assert.Equal(Learned("two"), Learned($"with {threads}"));
        }
    }

    [Fact]
    public async Task A_step_without_differences_changes_no_parameter_divergence_and_decay_included()
    {
        var config = Rollouts.Config with
        {
            Loss = new PolicyLossOptions { KlCoefficient = 1, EntropyCoefficient = 1 },
            Optimizer = Rollouts.Config.Optimizer with { WeightDecay = 0.1f },
        };
        var parameters = new List<float[]>();
        using var run = RlRun.Open(config, new LetterTask { Judge = (_, _) => 0 }, _folder.PathOf("run"), _backend);
        await run.RunAsync((_, _) => { }, line => parameters.Add(Parameters(run.Decoder)), default);
        Assert.Equal(4, parameters.Count);
        Assert.All(parameters, now => Assert.Equal(parameters[0], now));
    }

    [Fact]
    public async Task A_checker_that_throws_or_hangs_costs_its_answers_and_the_run_goes_on()
    {
        using var release = new ManualResetEventSlim();
        var task = new LetterTask
        {
            Judge = (prompt, answer) =>
            {
                if (prompt >= 24)
                    throw new FormatException("held out");
                if (prompt % 4 == 0)
                    release.Wait();
                return prompt % 4 == 1 ? throw new FormatException("a bad prompt") : answer.Length / 7.0;
            },
        };
        var config = Rollouts.Config with { Steps = 2, Groups = 8, GroupSize = 2, RewardTimeoutSeconds = 0.5 };
        var lines = await LearnAsync(config, "run", task: task);
        release.Set();
        Assert.Equal(2, lines[^1].Step);
        Assert.True(lines[^1] is { FailedChecks: > 0, TimedOutChecks: > 0 }, lines[^1].ToString());
        Assert.NotNull(lines[^1].LastFailure);
        Assert.Equal(0, lines[0].HeldOut);
        Assert.Contains("a bad prompt\"", File.ReadAllText(_folder.PathOf("run/log.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_network_learns_to_sort_better_from_rewards()
    {
        var config = Rollouts.Config with
        {
            Model = Rollouts.Model(heads: 2, kvHeads: 1) with { Width = 32, HeadDim = 16, FeedForward = 64 },
            WarmStart = new()
            {
                Steps = 100,
                BatchTokens = 512,
                Optimizer = new() { LearningRate = 5e-3f },
            },
            Steps = 40,
            Groups = 16,
            GroupSize = 8,
            Optimizer = Rollouts.Config.Optimizer with { LearningRate = 3e-3f },
        };
        var lines = await LearnAsync(config, "run", task: new ShortSortTask());
        double first = lines.Skip(1).Take(5).Average(line => line.Reward);
        double last = lines.TakeLast(5).Average(line => line.Reward);
        Assert.True(last > first + 0.1, $"mean reward {first:F3}, then {last:F3}");
        Assert.True(File.Exists(_folder.PathOf("run/reward.svg")));
    }

    [Fact]
    public void A_folder_with_a_run_of_another_configuration_is_refused()
    {
        RlRun.Open(Rollouts.Config, new LetterTask(), _folder.PathOf("run"), _backend).Dispose();
        var other = Rollouts.Config with { GroupSize = 5 };
        var error = Assert.Throws<ConfigException>(() =>
            RlRun.Open(other, new LetterTask(), _folder.PathOf("run"), _backend)
        );
        Assert.Contains("groupSize", error.Message, StringComparison.Ordinal);
    }

    private async Task<List<RlProgress>> LearnAsync(
        RlConfig config,
        string folder,
        IRlTask? task = null,
        CpuBackend? backend = null,
        long stopAfter = long.MaxValue
    )
    {
        using var stop = new CancellationTokenSource();
        var lines = new List<RlProgress>();
        using var run = RlRun.Open(config, task ?? new LetterTask(), _folder.PathOf(folder), backend ?? _backend);
        await run.RunAsync(
            (_, _) => { },
            line =>
            {
                lines.Add(line);
                if (line.Step >= stopAfter)
                    stop.Cancel();
            },
            stop.Token
        );
        return lines;
    }

    private static float[] Parameters(Decoder decoder) =>
        [.. decoder.Parameters.SelectMany(parameter => parameter.Values.ToArray())];

    private byte[] Learned(string folder) => File.ReadAllBytes(_folder.PathOf($"{folder}/checkpoint.safetensors"));

    private string[] Rewards(string folder) =>
        [
            .. File.ReadLines(_folder.PathOf($"{folder}/log.jsonl"))
                .Select(line => line[..line.IndexOf("\"rolloutSeconds\"", StringComparison.Ordinal)]),
        ];
}
