// Owns what a user decides about reinforcement learning.
using Tern.Training.Rl.Losses;
using Tern.Training.Rl.Samplers;
using Tern.Training.Rl.Tasks;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

/// <summary>A run of reinforcement learning, as its JSON file states it.</summary>
public sealed record RlConfig
{
    /// <summary>Name of the model in what is exported.</summary>
    public string Name { get; init; } = "policy";

    /// <summary>What is learned.</summary>
    public required TaskSection Task { get; init; }

    /// <summary>The network; it reads and writes bytes.</summary>
    public required TrainingConfig.ModelSection Model { get; init; }

    /// <summary>Supervised learning before reinforcement begins.</summary>
    public WarmStartSection WarmStart { get; init; } = new();

    /// <summary>Steps of reinforcement.</summary>
    public required long Steps { get; init; }

    /// <summary>Prompts that a step learns from.</summary>
    public int Groups { get; init; } = 32;

    /// <summary>Answers to each prompt.</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>Optimizer steps that the answers of one step are divided among; 1 = strictly on policy.</summary>
    public int Updates { get; init; } = 1;

    /// <summary>The loss.</summary>
    public PolicyLossOptions Loss { get; init; } = new();

    /// <summary>How the parameters are changed.</summary>
    public TrainingConfig.OptimizerSection Optimizer { get; init; } =
        new()
        {
            LearningRate = 3e-4f,
            WarmupSteps = 5,
            Schedule = Optimizers.ScheduleShape.Constant,
            WeightDecay = 0,
        };

    /// <summary>Which prompts are answered and which answers are learned from.</summary>
    public SamplingSection Sampling { get; init; } = new();

    /// <summary>Replaces every reward by chance: a control, which must not rise.</summary>
    public bool RandomRewards { get; init; }

    /// <summary>Longest time that a checker may take for one answer, in seconds.</summary>
    public double RewardTimeoutSeconds { get; init; } = 5;

    /// <summary>Tokens in memory at a time while learning.</summary>
    public int MicroBatchTokens { get; init; } = 2048;

    /// <summary>Of parameters, answers and order.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps between answers to the held-out prompts.</summary>
    public long EvaluateEvery { get; init; } = 10;

    /// <summary>Answers to each held-out prompt, drawn as those that are learned from; 0 = the most probable one, which repeats itself more.</summary>
    public int EvaluateAnswers { get; init; }

    /// <summary>Held-out pass rate at which the run ends early; above 1 = never.</summary>
    public double StopAt { get; init; } = 2;

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 10;

    /// <summary>The task.</summary>
    public sealed record TaskSection
    {
        /// <summary>Which one.</summary>
        public required TaskKind Kind { get; init; }

        /// <summary>For <see cref="TaskKind.Countdown"/>: share of the prompts to learn from that have no solution.</summary>
        public double Unreachable { get; init; }

        /// <summary>For <see cref="TaskKind.File"/>: a JSONL file with "prompt" and "answer" a line, relative to the configuration.</summary>
        public string? File { get; init; }

        /// <summary>For <see cref="TaskKind.File"/>: how an answer is checked.</summary>
        public AnswerCheck Check { get; init; }

        /// <summary>For <see cref="TaskKind.File"/>: most tokens of an answer.</summary>
        public int MaxAnswerTokens { get; init; } = 32;
    }

    /// <summary>The warm start.</summary>
    public sealed record WarmStartSection
    {
        /// <summary>Optimizer steps; not done when <see cref="From"/> is given.</summary>
        public long Steps { get; init; } = 200;

        /// <summary>The <c>warm.safetensors</c> of another run to begin from, relative to the configuration; null = none.</summary>
        public string? From { get; init; }

        /// <summary>Tokens of a step.</summary>
        public int BatchTokens { get; init; } = 4096;

        /// <summary>How the parameters are changed.</summary>
        public TrainingConfig.OptimizerSection Optimizer { get; init; } = new() { LearningRate = 2e-3f };
    }

    /// <summary>The three seams of sampling.</summary>
    public sealed record SamplingSection
    {
        /// <summary>Before: which prompts.</summary>
        public SelectorKind Before { get; init; } = SelectorKind.Uniform;

        /// <summary>After: which answers.</summary>
        public FilterKind After { get; init; } = FilterKind.All;

        /// <summary>During: groups begun for each that is wanted; those not needed any more are broken off.</summary>
        public double OverSample { get; init; } = 1;

        /// <summary>During: whether answers that were broken off go on in the next step.</summary>
        public bool Partial { get; init; }

        /// <summary>Most groups generated for each that is wanted, before a step makes do with fewer.</summary>
        public int MaxRounds { get; init; } = 4;

        /// <summary>Numbers of the band.</summary>
        public BandPassSelector.Options BandPass { get; init; } = new();

        /// <summary>Numbers of GRESO.</summary>
        public GresoSelector.Options Greso { get; init; } = new();

        /// <summary>Numbers of MoPPS.</summary>
        public MoppsSelector.Options Mopps { get; init; } = new();

        /// <summary>Answers that PODS keeps of each group.</summary>
        public int PodsKept { get; init; } = 4;
    }
}
