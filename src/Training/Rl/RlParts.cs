// Owns the way from a configuration to the parts of a run.
using System.Text.Json;
using Tern.Training.Optimizers;
using Tern.Training.Rl.Samplers;
using Tern.Training.Rl.Tasks;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

internal static class RlParts
{
    private const string ConfigName = "config";

    /// <summary>Refuses numbers that make no run.</summary>
    /// <exception cref="ConfigException">One does not.</exception>
    public static void Check(RlConfig config)
    {
        Require(config.Groups >= 1, "groups", config.Groups, "at least 1");
        Require(
            config.GroupSize >= 2,
            "groupSize",
            config.GroupSize,
            "at least 2: answers are compared with each other"
        );
        Require(config.Updates >= 1, "updates", config.Updates, "at least 1");
        Require(config.EvaluateEvery >= 1, "evaluateEvery", config.EvaluateEvery, "at least 1");
        Require(config.CheckpointEvery >= 1, "checkpointEvery", config.CheckpointEvery, "at least 1");
        Require(config.RewardTimeoutSeconds > 0, "rewardTimeoutSeconds", config.RewardTimeoutSeconds, "above 0");
        Require(config.Sampling.MaxRounds >= 1, "sampling.maxRounds", config.Sampling.MaxRounds, "at least 1");
        Require(config.Sampling.Mopps.Prior >= 1, "sampling.mopps.prior", config.Sampling.Mopps.Prior, "at least 1");
        Require(
            config.Sampling.PodsKept >= 2 || config.Sampling.After != FilterKind.Pods,
            "sampling.podsKept",
            config.Sampling.PodsKept,
            "at least 2"
        );
        if (config.Task.Kind == TaskKind.File && config.Task.File is null)
            throw new ConfigException(ConfigName, "'task.file' is missing; a task of kind file needs one");
        try
        {
            config.Model.With(vocabularySize: 1);
        }
        catch (ArgumentException error)
        {
            throw new ConfigException(ConfigName, $"model: {error.Message}", error);
        }
    }

    public static IRlTask Task(RlConfig config, string dataFolder) =>
        config.Task.Kind switch
        {
            TaskKind.Countdown => new CountdownTask(),
            TaskKind.Addition => new AdditionTask(),
            TaskKind.Sort => new SortTask(),
            TaskKind.File => new FileTask(
                Path.Combine(dataFolder, config.Task.File!),
                config.Task.Check,
                config.Task.MaxAnswerTokens
            ),
            _ => throw new ConfigException(ConfigName, $"unknown task {config.Task.Kind}"),
        };

    public static IGroupSelector Selector(RlConfig config, int prompts) =>
        config.Sampling.Before switch
        {
            SelectorKind.Uniform => new UniformSelector(prompts, config.Seed),
            SelectorKind.BandPass => new BandPassSelector(prompts, config.Seed, config.Sampling.BandPass),
            SelectorKind.Greso => new GresoSelector(prompts, config.Seed, config.Sampling.Greso),
            SelectorKind.Mopps => new MoppsSelector(prompts, config.Seed, config.Sampling.Mopps),
            _ => throw new ConfigException(ConfigName, $"unknown selector {config.Sampling.Before}"),
        };

    public static IBatchFilter Filter(RlConfig config) =>
        config.Sampling.After switch
        {
            FilterKind.All => new KeepAll(),
            FilterKind.ZeroVariance => new ZeroVarianceFilter(),
            FilterKind.Pods => new PodsFilter(config.Sampling.PodsKept),
            _ => throw new ConfigException(ConfigName, $"unknown filter {config.Sampling.After}"),
        };

    public static LearningRateSchedule Schedule(TrainingConfig.OptimizerSection section, long steps) =>
        new()
        {
            Peak = section.LearningRate,
            Steps = steps,
            WarmupSteps = section.WarmupSteps,
            Shape = section.Schedule,
            FinalShare = section.FinalShare,
            DecayShare = section.DecayShare,
        };

    public static string Write(IReadOnlyList<RolloutGroup> groups) => JsonSerializer.Serialize(groups);

    public static IReadOnlyList<RolloutGroup> Read(string text) =>
        JsonSerializer.Deserialize<List<RolloutGroup>>(text)!;

    private static void Require(bool holds, string key, object value, string expected)
    {
        if (!holds)
            throw new ConfigException(ConfigName, $"'{key}' is {value}; it must be {expected}");
    }
}
