// Owns the filling of a batch: which groups are begun, which count, when the rest is broken off.
using Tern.Training.Rl.Samplers;

namespace Tern.Training.Rl;

/// <summary>
/// Begins groups, judges them in the order they were begun, and stops when enough were kept. So the batch is the same whatever
/// finishes first; only what broken-off answers had cost by then depends on the clock.
/// </summary>
/// <param name="config">How many, and how.</param>
/// <param name="selector">Chooses prompts.</param>
/// <param name="filter">Chooses what counts.</param>
/// <param name="rewards">Judges.</param>
public sealed class RolloutCollector(
    RlConfig config,
    IGroupSelector selector,
    IBatchFilter filter,
    RewardRunner rewards
)
{
    /// <summary>Groups that were broken off and go on with the next batch.</summary>
    public List<RolloutGroup> Unfinished { get; } = [];

    /// <summary>Groups judged for the last batch.</summary>
    public List<RolloutGroup> Judged { get; } = [];

    /// <summary>The groups to learn from.</summary>
    /// <param name="engine">Answers.</param>
    public async Task<IReadOnlyList<RolloutGroup>> CollectAsync(RolloutEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Judged.Clear();
        var kept = new List<RolloutGroup>();
        var answered = new HashSet<int>();
        for (int round = 0; round < config.Sampling.MaxRounds && kept.Count < config.Groups; round++)
            await FillAsync(engine, kept, answered);
        return kept;
    }

    /// <param name="engine">Answers.</param>
    /// <param name="kept">Gets the groups.</param>
    /// <param name="answered">Prompts of this batch: under the same weights a prompt would have the same answers again.</param>
    private async Task FillAsync(RolloutEngine engine, List<RolloutGroup> kept, HashSet<int> answered)
    {
        using var enough = new CancellationTokenSource();
        int wanted = (int)Math.Ceiling((config.Groups - kept.Count) * Math.Max(1, config.Sampling.OverSample));
        var begun = new List<(int Prompt, Task<RolloutGroup> Group)>();
        foreach (var group in Unfinished)
        {
            answered.Add(group.Prompt);
            begun.Add((group.Prompt, AnswerAsync(engine, group.Prompt, group.Rollouts, enough.Token)));
        }
        Unfinished.Clear();
        int fresh = wanted - begun.Count;
        if (fresh > 0)
        {
            foreach (int prompt in selector.Select(fresh).Where(answered.Add))
                begun.Add((prompt, AnswerAsync(engine, prompt, null, enough.Token)));
        }
        foreach (var (_, task) in begun)
        {
            var group = await task;
            bool isWhole = !enough.IsCancellationRequested;
            if (!isWhole)
            {
                if (config.Sampling.Partial)
                    Unfinished.Add(group);
                continue;
            }
            Judged.Add(group);
            selector.Observe(group);
            if (filter.Keep(group) is { } chosen)
                kept.Add(chosen);
            if (kept.Count >= config.Groups)
                await enough.CancelAsync();
        }
    }

    private async Task<RolloutGroup> AnswerAsync(
        RolloutEngine engine,
        int prompt,
        IReadOnlyList<Rollout>? unfinished,
        CancellationToken cancellation
    )
    {
        var rollouts = await engine.AnswerAsync(prompt, config.GroupSize, unfinished, cancellation);
        var judged = await Task.WhenAll(rollouts.Select(rewards.JudgeAsync));
        return new RolloutGroup(prompt, judged);
    }
}
