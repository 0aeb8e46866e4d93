// Owns the way from a configuration to the parts of a run.
using System.Text.Json;
using Tern.Training.Rl.Samplers;
using Tern.Training.Rl.Tasks;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

internal static class RlParts
{
    private const string ConfigName = "config";

    public static IRlTask Task(RlConfig config, string dataFolder) =>
        config.Task.Kind switch
        {
            TaskKind.Countdown => new CountdownTask(config.Task.Unreachable),
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

    public static string Write(IReadOnlyList<RolloutGroup> groups) => JsonSerializer.Serialize(groups);

    public static IReadOnlyList<RolloutGroup> Read(string text) =>
        JsonSerializer.Deserialize<List<RolloutGroup>>(text)!;
}
