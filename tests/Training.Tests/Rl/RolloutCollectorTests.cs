// Batches: the same ones whatever finishes first.
using Tern.Kernels.Cpu;
using Tern.Training.Rl;
using Tern.Training.Rl.Samplers;

namespace Tern.Training.Tests.Rl;

public sealed class RolloutCollectorTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task Groups_count_in_the_order_they_were_begun_whatever_finishes_first()
    {
        var order = new UniformSelector(24, 1).Select(6);
        // Checks of the groups that count wait for one of a group that does not.
        using var last = new ManualResetEventSlim();
        var task = new LetterTask
        {
            Judge = (prompt, answer) =>
            {
                if (order.Skip(2).Contains(prompt))
                    last.Set();
                else
                    last.Wait();
                return answer.Length % 2;
            },
        };
        var collector = Collector(task, new() { OverSample = 3 }, new KeepAll(), groups: 2);
        await using var engine = Rollouts.Engine(_backend, task);
        var groups = await collector.CollectAsync(engine);
        Assert.Equal(order.Take(2), groups.Select(group => group.Prompt));
        Assert.Equal(order.Take(2), collector.Judged.Select(group => group.Prompt));
        Assert.Empty(collector.Unfinished);
    }

    [Fact]
    public async Task Late_verdicts_change_no_batch()
    {
        var hurried = await CollectAsync(new LetterTask { Judge = Odd });
        var random = new Random(1);
        var late = await CollectAsync(
            new LetterTask
            {
                Judge = (prompt, answer) =>
                {
                    int delay;
                    lock (random)
                        delay = random.Next(20);
                    Thread.Sleep(delay);
                    return Odd(prompt, answer);
                },
            }
        );
        Assert.NotEmpty(hurried);
        Assert.Equal(hurried.Select(group => group.Prompt), late.Select(group => group.Prompt));
        foreach (var (one, other) in hurried.Zip(late))
        {
            Assert.Equal(one.Rollouts.Select(r => (r.Sample, r.Text)), other.Rollouts.Select(r => (r.Sample, r.Text)));
            Assert.Equal(one.Rollouts.Select(r => r.Reward), other.Rollouts.Select(r => r.Reward));
        }

        async Task<IReadOnlyList<RolloutGroup>> CollectAsync(LetterTask task)
        {
            var collector = Collector(task, new() { OverSample = 1.5 }, new ZeroVarianceFilter(), groups: 6);
            await using var engine = Rollouts.Engine(_backend, task);
            return await collector.CollectAsync(engine);
        }
    }

    [Fact]
    public async Task Useless_groups_are_replaced_by_groups_of_other_prompts()
    {
        var order = new UniformSelector(24, 1).Select(24);
        var task = new LetterTask
        {
            // Of the first four prompts none is of use, of the next ones all.
            Judge = (prompt, answer) => order.Take(4).Contains(prompt) ? 1 : Odd(prompt, answer),
        };
        var collector = Collector(task, new(), new ZeroVarianceFilter(), groups: 4);
        await using var engine = Rollouts.Engine(_backend, task);
        var groups = await collector.CollectAsync(engine);
        Assert.Equal(4, groups.Count);
        Assert.All(groups, group => Assert.False(group.IsUniform));
        var judged = collector.Judged.Select(group => group.Prompt).ToArray();
        Assert.Equal(order.Take(judged.Length), judged);
        Assert.True(judged.Length >= 8);
    }

    [Fact]
    public async Task A_batch_makes_do_with_fewer_groups_after_so_many_rounds()
    {
        var task = new LetterTask { Judge = (_, _) => 0 };
        var collector = Collector(task, new() { MaxRounds = 3 }, new ZeroVarianceFilter(), groups: 4);
        await using var engine = Rollouts.Engine(_backend, task);
        Assert.Empty(await collector.CollectAsync(engine));
        Assert.Equal(12, collector.Judged.Count);
    }

    [Fact]
    public async Task No_prompt_is_answered_twice_in_a_batch()
    {
        var task = new LetterTask { TrainingPrompts = 6, Judge = (_, _) => 0 };
        var collector = Collector(task, new() { MaxRounds = 9 }, new ZeroVarianceFilter(), groups: 4);
        await using var engine = Rollouts.Engine(_backend, task);
        Assert.Empty(await collector.CollectAsync(engine));
        Assert.Equal(Enumerable.Range(0, 6), collector.Judged.Select(group => group.Prompt).Order());
    }

    [Fact]
    public async Task What_was_broken_off_goes_on_with_the_next_batch_before_anything_new()
    {
        var task = new LetterTask { Judge = Odd };
        var collector = Collector(task, new() { OverSample = 3, Partial = true }, new KeepAll(), groups: 2);
        await using var first = Rollouts.Engine(_backend, task, version: 1);
        var batch = await collector.CollectAsync(first);
        var order = new UniformSelector(24, 1).Select(6);
        Assert.Equal(order.Take(2), batch.Select(group => group.Prompt));
        Assert.Equal(order.Skip(2), collector.Unfinished.Select(group => group.Prompt));

        // As after a checkpoint.
        var saved = RlParts.Read(RlParts.Write(collector.Unfinished));
        collector.Unfinished.Clear();
        collector.Unfinished.AddRange(saved);
        await using var second = Rollouts.Engine(_backend, task, version: 2);
        batch = await collector.CollectAsync(second);
        Assert.Equal(order.Skip(2).Take(2), batch.Select(group => group.Prompt));
        Assert.All(
            batch,
            group => Assert.Equal(4, group.Rollouts.Select(rollout => rollout.Sample).Distinct().Count())
        );
        Assert.All(
            batch.SelectMany(group => group.Rollouts),
            rollout => Assert.True(rollout.IsWhole || rollout.Tokens.Count == task.MaxAnswerTokens)
        );
    }

    private static double Odd(int prompt, string answer) => answer.Length % 2;

    private static RolloutCollector Collector(
        LetterTask task,
        RlConfig.SamplingSection sampling,
        IBatchFilter filter,
        int groups
    ) =>
        new(
            Rollouts.Config with
            {
                Groups = groups,
                Sampling = sampling,
            },
            new UniformSelector(task.TrainingPrompts, 1),
            filter,
            new RewardRunner(task, TimeSpan.FromMinutes(1))
        );
}
