// Owns the measure of a policy: the share of held-out prompts that it solves.
using Tern.Training.Rl.Tasks;

namespace Tern.Training.Rl;

/// <param name="config">How many answers, of which kind.</param>
/// <param name="task">Whose held-out prompts.</param>
/// <param name="rewards">Judges, by the task's own rewards even where learning gets random ones.</param>
internal sealed class HeldOutEvaluation(RlConfig config, IRlTask task, RewardRunner rewards)
{
    /// <summary>The pass rate, and the first prompt with its answer.</summary>
    public async Task<(double PassRate, string Example)> RunAsync(RolloutEngine engine)
    {
        var prompts = Enumerable.Range(task.TrainingPrompts, task.HeldOutPrompts);
        string?[][] answers = await Task.WhenAll(prompts.Select(prompt => AnswerAsync(engine, prompt)));
        double[] solved = await Task.WhenAll(prompts.Zip(answers, SolvedAsync));
        return (solved.Average(), task.Prompt(task.TrainingPrompts) + answers[0][0]);
    }

    /// <returns>Texts; null for one that did not end by itself.</returns>
    private async Task<string?[]> AnswerAsync(RolloutEngine engine, int prompt)
    {
        if (config.EvaluateAnswers == 0)
            return [await engine.GreedyAsync(prompt)];
        var drawn = await engine.AnswerAsync(prompt, config.EvaluateAnswers, null, CancellationToken.None);
        return [.. drawn.Select(rollout => rollout.IsWhole ? rollout.Text : null)];
    }

    private async Task<double> SolvedAsync(int prompt, string?[] answers)
    {
        double[] judged = await Task.WhenAll(
            answers.Select(answer => answer is null ? Task.FromResult(0.0) : rewards.CheckAsync(prompt, answer))
        );
        return judged.Average(reward => reward >= 1 ? 1.0 : 0);
    }
}
