// Checkers that misbehave cost their answer and nothing else.
using Tern.Training.Rl;

namespace Tern.Training.Tests.Rl;

public sealed class RewardRunnerTests
{
    private static readonly TimeSpan s_ample = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_checker_that_throws_is_counted_and_quoted_and_the_answer_has_no_reward()
    {
        var task = new LetterTask { Judge = (_, text) => text == "bad" ? throw new FormatException("no digits") : 1 };
        using var runner = new RewardRunner(task, s_ample);
        Assert.Equal(1, (await runner.JudgeAsync(Rollouts.Of(0, text: "good"))).Reward);
        Assert.Null(runner.LastFailure);
        Assert.Equal(0, (await runner.JudgeAsync(Rollouts.Of(0, prompt: 7, text: "bad"))).Reward);
        Assert.Equal((1L, 0L), (runner.Failed, runner.TimedOut));
        Assert.Equal("prompt 7, answer \"bad\": FormatException: no digits", runner.LastFailure);
    }

    [Fact]
    public async Task A_checker_s_own_timeout_is_a_failure_and_not_a_check_that_takes_too_long()
    {
        using var runner = new RewardRunner(
            new LetterTask { Judge = (_, _) => throw new TimeoutException("mine") },
            s_ample
        );
        await runner.JudgeAsync(Rollouts.Of(0));
        Assert.Equal((1L, 0L), (runner.Failed, runner.TimedOut));
    }

    [Fact]
    public async Task Checks_that_hang_are_left_behind_and_counted_and_hold_a_bounded_number_of_threads()
    {
        using var release = new ManualResetEventSlim();
        int begun = 0;
        var task = new LetterTask
        {
            Judge = (_, text) =>
            {
                if (text == "hang")
                {
                    Interlocked.Increment(ref begun);
                    release.Wait();
                }
                return 1;
            },
        };
        using var runner = new RewardRunner(task, TimeSpan.FromMilliseconds(50));
        const int Answers = RewardRunner.MostChecks + 50;
        var judged = await Task.WhenAll(
            Enumerable.Range(0, Answers).Select(i => runner.JudgeAsync(Rollouts.Of(0, sample: i, text: "hang")))
        );
        Assert.All(judged, rollout => Assert.Equal(0, rollout.Reward));
        Assert.Equal((0L, Answers), (runner.Failed, runner.TimedOut));
        Assert.Equal(0, (await runner.JudgeAsync(Rollouts.Of(0, text: "good"))).Reward);
        Assert.EndsWith("not judged, as 256 checks hang", runner.LastFailure, StringComparison.Ordinal);
        release.Set();
        // Their places come back with their threads.
        for (int i = 0; (await runner.JudgeAsync(Rollouts.Of(0, text: "good"))).Reward == 0; i++)
        {
            Assert.InRange(i, 0, 1000);
            await Task.Delay(20);
        }
        Assert.Equal(RewardRunner.MostChecks, begun);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public async Task A_reward_that_is_none_is_a_failure(double reward)
    {
        using var runner = new RewardRunner(new LetterTask { Judge = (_, _) => reward }, s_ample);
        Assert.Equal(0, (await runner.JudgeAsync(Rollouts.Of(0))).Reward);
        Assert.Equal(1, runner.Failed);
        Assert.Contains("from 0 to 1", runner.LastFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_cut_is_not_judged()
    {
        using var runner = new RewardRunner(new LetterTask { Judge = (_, _) => throw new FormatException() }, s_ample);
        Assert.Equal(0, (await runner.JudgeAsync(Rollouts.Of(0, isWhole: false))).Reward);
        Assert.Equal(0, runner.Failed);
    }

    [Fact]
    public async Task The_control_throws_a_fair_coin_that_neither_task_nor_text_decide()
    {
        using var runner = new RewardRunner(
            new LetterTask { Judge = (_, _) => throw new FormatException() },
            s_ample,
            3
        );
        var coins = new List<double>();
        for (int i = 0; i < 400; i++)
        {
            var rollout = Rollouts.Of(0, prompt: i % 20, sample: i / 20, text: "same");
            coins.Add((await runner.JudgeAsync(rollout)).Reward);
            Assert.Equal(coins[^1], (await runner.JudgeAsync(rollout with { Text = "other" })).Reward);
        }
        Assert.Equal(0, runner.Failed);
        Assert.All(coins, coin => Assert.True(coin is 0 or 1));
        Assert.InRange(coins.Average(), 0.4, 0.6);
        var later = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => runner.JudgeAsync(Rollouts.Of(0, i) with { Versions = [2] }))
        );
        Assert.NotEqual(coins.Take(20), later.Select(rollout => rollout.Reward));
    }
}
