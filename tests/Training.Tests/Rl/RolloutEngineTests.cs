// Answers: functions of seed, prompt and number, whatever happens on the way to them.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Rl;
using Tern.Training.Rl.Losses;

namespace Tern.Training.Tests.Rl;

public sealed class RolloutEngineTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task An_answer_depends_on_seed_prompt_and_number_alone()
    {
        var together = await AnswerAsync(_backend, [0, 1, 2, 3, 4], count: 6);
        Assert.True(together.Select(rollout => rollout.Text).Distinct().Count() > 10);
        Assert.Contains(together, rollout => rollout.IsWhole);
        foreach (int threads in (int[])[1, 3])
        {
            using var other = new CpuBackend(threads);
            AssertSame(together, await AnswerAsync(other, [0, 1, 2, 3, 4], count: 6));
        }
        AssertSame(together[6..12], await AnswerAsync(_backend, [1], count: 6));
        AssertSame(together[6..9], await AnswerAsync(_backend, [1], count: 3));
        AssertSame([.. together[24..], .. together[..6]], await AnswerAsync(_backend, [4, 0], count: 6));
    }

    [Fact]
    public async Task An_answer_broken_off_anywhere_goes_on_as_if_it_had_not_been()
    {
        await using var engine = Rollouts.Engine(_backend);
        var whole = await engine.AnswerAsync(3, 8, null, default);
        Assert.True(whole.Max(rollout => rollout.Tokens.Count) > 4);
        for (int length = 0; length < 8; length++)
        {
            var broken = whole.Select(rollout => BreakOff(rollout, length)).ToList();
            AssertSame(whole, await engine.AnswerAsync(3, 8, broken, default));
        }
    }

    [Fact]
    public async Task Answers_broken_off_by_the_clock_go_on_as_if_they_had_not_been()
    {
        await using var engine = Rollouts.Engine(_backend);
        var whole = await engine.AnswerAsync(3, 8, null, default);
        for (int trial = 0; trial < 5; trial++)
        {
            using var enough = new CancellationTokenSource();
            var answering = engine.AnswerAsync(3, 8, null, enough.Token);
            long begun = engine.GeneratedTokens;
            while (engine.GeneratedTokens - begun < 4 * trial && !answering.IsCompleted)
                await Task.Yield();
            await enough.CancelAsync();
            AssertSame(whole, await engine.AnswerAsync(3, 8, await answering, default));
        }
    }

    [Fact]
    public async Task An_answer_that_goes_on_under_other_weights_says_which_token_came_from_which()
    {
        IReadOnlyList<Rollout> broken;
        await using (var first = Rollouts.Engine(_backend, version: 1))
            broken = [.. (await first.AnswerAsync(3, 8, null, default)).Select(rollout => BreakOff(rollout, 2))];
        await using var second = Rollouts.Engine(_backend, version: 2);
        foreach (var rollout in await second.AnswerAsync(3, 8, broken, default))
        {
            Assert.Equal(rollout.Tokens.Select((_, i) => i < 2 ? 1L : 2), rollout.Versions);
            Assert.Equal(rollout.Tokens.Count, rollout.LogProbabilities.Count);
        }
    }

    [Fact]
    public async Task Log_probabilities_are_bitwise_the_trainer_s()
    {
        var rollouts = await AnswerAsync(_backend, [0, 5], count: 5);
        using var pool = new TensorPool();
        var step = new PolicyStep(Rollouts.Policy, _backend, pool, new PolicyLossOptions(), 40, longest: 7);
        var scores = step.Score(Rollouts.Policy, [.. rollouts.Select(rollout => new PolicyTerm(rollout, 1))]);
        foreach (var (rollout, score) in rollouts.Zip(scores))
            Assert.Equal(rollout.LogProbabilities, score);
    }

    /// <summary>What there was after so many tokens; an answer that had ended by then stays.</summary>
    private static Rollout BreakOff(Rollout rollout, int length) =>
        rollout.Tokens.Count <= length
            ? rollout
            : rollout with
            {
                Tokens = [.. rollout.Tokens.Take(length)],
                LogProbabilities = [.. rollout.LogProbabilities.Take(length)],
                Versions = [.. rollout.Versions.Take(length)],
                Text = "",
                IsWhole = false,
            };

    private static async Task<Rollout[]> AnswerAsync(CpuBackend backend, int[] prompts, int count)
    {
        await using var engine = Rollouts.Engine(backend);
        var answers = await Task.WhenAll(prompts.Select(prompt => engine.AnswerAsync(prompt, count, null, default)));
        return [.. answers.SelectMany(answer => answer)];
    }

    private static void AssertSame(IReadOnlyList<Rollout> expected, IReadOnlyList<Rollout> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal((one.Prompt, one.Sample, one.Text), (other.Prompt, other.Sample, other.Text));
            Assert.Equal(one.IsWhole, other.IsWhole);
            Assert.Equal(one.Tokens, other.Tokens);
            Assert.Equal(one.LogProbabilities, other.LogProbabilities);
            Assert.Equal(one.Versions, other.Versions);
        }
    }
}
