// Owns which numbers of a configuration of reinforcement learning can be right.
using Tern.Engine.Sampling;
using Tern.Tokenizers;
using Tern.Training.Corpus;
using Tern.Training.Rl.Samplers;
using Tern.Training.Rl.Tasks;
using Tern.Training.Runs;
using static Tern.Training.Runs.ConfigCheck;

namespace Tern.Training.Rl;

internal static class RlConfigCheck
{
    /// <exception cref="ConfigException">A number is out of range; the message names its key.</exception>
    public static void Check(RlConfig config)
    {
        Require(IsFileName(config.Name), "name", config.Name, "a name that a file can have");
        AtLeast(1, config.Steps, "steps");
        AtLeast(1, config.Groups, "groups");
        Require(
            config.GroupSize is >= 2 and <= SamplingLimits.Answers,
            "groupSize",
            config.GroupSize,
            $"from 2, since answers are compared with each other, to {SamplingLimits.Answers}"
        );
        AtLeast(1, config.Updates, "updates");
        AtLeast(1, config.MicroBatchTokens, "microBatchTokens");
        AtLeast(1, config.EvaluateEvery, "evaluateEvery");
        Require(
            config.EvaluateAnswers is >= 0 and <= SamplingLimits.Answers,
            "evaluateAnswers",
            config.EvaluateAnswers,
            $"from 0, for the most probable one, to {SamplingLimits.Answers}"
        );
        AtLeast(1, config.CheckpointEvery, "checkpointEvery");
        Require(
            config.RewardTimeoutSeconds is > 0 and <= 86_400,
            "rewardTimeoutSeconds",
            config.RewardTimeoutSeconds,
            "above 0, and at most a day"
        );
        CheckLoss(config.Loss);
        CheckSampling(config.Sampling);
        CheckOptimizer(config.Optimizer, "optimizer");
        AtLeast(0, config.WarmStart.Steps, "warmStart.steps");
        AtLeast(1, config.WarmStart.BatchTokens, "warmStart.batchTokens");
        CheckOptimizer(config.WarmStart.Optimizer, "warmStart.optimizer");
        AtLeast(1, config.Task.MaxAnswerTokens, "task.maxAnswerTokens");
        Require(
            config.Task.Unreachable is >= 0 and < 1,
            "task.unreachable",
            config.Task.Unreachable,
            "from 0 to below 1"
        );
        if (config.Task.Kind == TaskKind.File && config.Task.File is null)
            throw new ConfigException("task.file", "is missing; a task of kind file needs one");
        CheckModel(config.Model, vocabularySize: 1);
    }

    /// <summary>Whether configuration and task go together.</summary>
    /// <exception cref="ConfigException">There are too few prompts, or one is too long.</exception>
    public static void Check(RlConfig config, IRlTask task, Tokenizer tokenizer)
    {
        double begun = Math.Ceiling(config.Groups * config.Sampling.OverSample);
        Require(
            begun <= task.TrainingPrompts,
            "groups",
            config.Groups,
            $"at most {Math.Floor(task.TrainingPrompts / config.Sampling.OverSample)}: the task has {task.TrainingPrompts} prompts to learn from, and every group needs one of its own"
        );
        for (int i = 0; i < task.TrainingPrompts + task.HeldOutPrompts; i++)
        {
            int tokens = tokenizer.Encode(ChatFormat.Begin + task.Prompt(i), addSpecial: false).Count;
            Require(
                tokens + task.MaxAnswerTokens <= config.Model.ContextLength,
                "model.contextLength",
                config.Model.ContextLength,
                $"at least {tokens + task.MaxAnswerTokens}: prompt {i} has {tokens} tokens, and its answer may have {task.MaxAnswerTokens}"
            );
        }
    }

    private static void CheckLoss(Losses.PolicyLossOptions loss)
    {
        Require(loss.ClipLow is >= 0 and <= 1, "loss.clipLow", loss.ClipLow, "from 0 to 1");
        NotNegative(loss.ClipHigh, "loss.clipHigh");
        Require(
            loss.DualClip == 0 || (double.IsFinite(loss.DualClip) && loss.DualClip > 1 + loss.ClipHigh),
            "loss.dualClip",
            loss.DualClip,
            "above 1 + clipHigh, or 0 for none"
        );
        NotNegative(loss.KlCoefficient, "loss.klCoefficient");
        NotNegative(loss.EntropyCoefficient, "loss.entropyCoefficient");
    }

    private static void CheckSampling(RlConfig.SamplingSection sampling)
    {
        Require(sampling.OverSample is >= 1 and <= 100, "sampling.overSample", sampling.OverSample, "from 1 to 100");
        AtLeast(1, sampling.MaxRounds, "sampling.maxRounds");
        Require(
            sampling.PodsKept >= 2 || sampling.After != FilterKind.Pods,
            "sampling.podsKept",
            sampling.PodsKept,
            "at least 2"
        );
        var band = sampling.BandPass;
        Share(band.Low, "sampling.bandPass.low");
        Share(band.High, "sampling.bandPass.high");
        Share(band.SecondChance, "sampling.bandPass.secondChance");
        Require(band.Low <= band.High, "sampling.bandPass.low", band.Low, "at most sampling.bandPass.high");
        var greso = sampling.Greso;
        Share(greso.KeepEasy, "sampling.greso.keepEasy");
        Share(greso.KeepHard, "sampling.greso.keepHard");
        Share(greso.Move, "sampling.greso.move");
        Share(greso.LeastKeep, "sampling.greso.leastKeep");
        Share(greso.UselessTarget, "sampling.greso.uselessTarget");
        var mopps = sampling.Mopps;
        Share(mopps.Target, "sampling.mopps.target");
        Share(mopps.Memory, "sampling.mopps.memory");
        Require(mopps.Prior is >= 1 and <= 1e6, "sampling.mopps.prior", mopps.Prior, "from 1 to 1000000");
        AtLeast(1, mopps.CandidatesPerPrompt, "sampling.mopps.candidatesPerPrompt");
    }

    private static void AtLeast(long least, long value, string key) =>
        Require(value >= least, key, value, $"at least {least}");

    private static void NotNegative(double value, string key) =>
        Require(double.IsFinite(value) && value >= 0, key, value, "0 or more");

    private static void Share(double value, string key) => Require(value is >= 0 and <= 1, key, value, "from 0 to 1");
}
