// Owns what a user decides about a training run.
using Tern.Training.Language;
using Tern.Training.Optimizers;

namespace Tern.Training.Runs;

/// <summary>A training run, as its JSON file states it.</summary>
public sealed record TrainingConfig
{
    /// <summary>Name of the model in what is exported.</summary>
    public string Name { get; init; } = "model";

    /// <summary>The temperature that the exported model recommends; null = none.</summary>
    public float? Temperature { get; init; }

    /// <summary>The network. Its vocabulary follows from the tokenizer.</summary>
    public required ModelSection Model { get; init; }

    /// <summary>The tokenizer.</summary>
    public TokenizerSection Tokenizer { get; init; } = new();

    /// <summary>What it learns from.</summary>
    public required DataSection Data { get; init; }

    /// <summary>How it learns.</summary>
    public OptimizerSection Optimizer { get; init; } = new();

    /// <summary>Optimizer steps of the run.</summary>
    public required long Steps { get; init; }

    /// <summary>Tokens of a step.</summary>
    public int BatchTokens { get; init; } = 8192;

    /// <summary>Tokens in memory at a time; the result does not depend on it.</summary>
    public int MicroBatchTokens { get; init; } = 2048;

    /// <summary>Whether layers run a second time in the backward pass, which saves memory for a third more work.</summary>
    public bool Recompute { get; init; }

    /// <summary>Of the first parameters and of the order of the data.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 100;

    /// <summary>Steps between measurements of the loss on data that is not learned from; 0 = never.</summary>
    public long ValidateEvery { get; init; } = 100;

    /// <summary>The network's numbers.</summary>
    public sealed record ModelSection
    {
        /// <inheritdoc cref="DecoderConfig.Architecture"/>
        public DecoderArchitecture Architecture { get; init; }

        /// <inheritdoc cref="DecoderConfig.ContextLength"/>
        public int ContextLength { get; init; } = 512;

        /// <inheritdoc cref="DecoderConfig.Width"/>
        public required int Width { get; init; }

        /// <inheritdoc cref="DecoderConfig.Layers"/>
        public required int Layers { get; init; }

        /// <inheritdoc cref="DecoderConfig.Heads"/>
        public required int Heads { get; init; }

        /// <inheritdoc cref="DecoderConfig.KvHeads"/>
        public required int KvHeads { get; init; }

        /// <inheritdoc cref="DecoderConfig.HeadDim"/>
        public required int HeadDim { get; init; }

        /// <inheritdoc cref="DecoderConfig.FeedForward"/>
        public required int FeedForward { get; init; }

        /// <inheritdoc cref="DecoderConfig.Experts"/>
        public int Experts { get; init; }

        /// <inheritdoc cref="DecoderConfig.ExpertsUsed"/>
        public int ExpertsUsed { get; init; }

        /// <inheritdoc cref="DecoderConfig.RopeBase"/>
        public float RopeBase { get; init; } = 10_000;

        /// <inheritdoc cref="DecoderConfig.Epsilon"/>
        public float Epsilon { get; init; } = 1e-5f;

        /// <inheritdoc cref="DecoderConfig.TieEmbeddings"/>
        public bool TieEmbeddings { get; init; } = true;

        /// <summary>The network with a vocabulary.</summary>
        /// <exception cref="ArgumentException">The numbers contradict each other.</exception>
        internal DecoderConfig With(int vocabularySize)
        {
            var config = new DecoderConfig
            {
                Architecture = Architecture,
                VocabularySize = vocabularySize,
                ContextLength = ContextLength,
                Width = Width,
                Layers = Layers,
                Heads = Heads,
                KvHeads = KvHeads,
                HeadDim = HeadDim,
                FeedForward = FeedForward,
                Experts = Experts,
                ExpertsUsed = ExpertsUsed,
                RopeBase = RopeBase,
                Epsilon = Epsilon,
                TieEmbeddings = TieEmbeddings,
            };
            config.Validate();
            return config;
        }
    }

    /// <summary>Where the tokenizer comes from: it is trained on the data.</summary>
    public sealed record TokenizerSection
    {
        /// <summary>Tokens of the vocabulary.</summary>
        public int VocabularySize { get; init; } = 2048;

        /// <summary>Sequences of the data that it is trained on.</summary>
        public int Samples { get; init; } = 20_000;
    }

    /// <summary>Where the data comes from.</summary>
    public sealed record DataSection
    {
        /// <summary>Text files (documents are divided by blank lines) and JSONL files (a "text" or "messages" a line),
        /// relative to the configuration; or the one word "builtin" for the generated corpus.</summary>
        public required IReadOnlyList<string> Files { get; init; }

        /// <summary>Sequences kept for validation: every so many of files, as many after the end of the run's for a generator.</summary>
        public int ValidationSamples { get; init; } = 64;
    }

    /// <summary>How the parameters are changed.</summary>
    public sealed record OptimizerSection
    {
        /// <summary>Which one.</summary>
        public OptimizerKind Kind { get; init; } = OptimizerKind.AdamW;

        /// <summary>The peak of the learning rate.</summary>
        public float LearningRate { get; init; } = 1e-3f;

        /// <inheritdoc cref="LearningRateSchedule.Shape"/>
        public ScheduleShape Schedule { get; init; } = ScheduleShape.Cosine;

        /// <inheritdoc cref="LearningRateSchedule.WarmupSteps"/>
        public long WarmupSteps { get; init; } = 20;

        /// <inheritdoc cref="LearningRateSchedule.FinalShare"/>
        public float FinalShare { get; init; } = 0.05f;

        /// <inheritdoc cref="LearningRateSchedule.DecayShare"/>
        public float DecayShare { get; init; } = 0.2f;

        /// <summary>Pull of matrices towards zero, times the learning rate.</summary>
        public float WeightDecay { get; init; } = 0.1f;

        /// <summary>Share of the running mean that AdamW keeps.</summary>
        public float Beta1 { get; init; } = 0.9f;

        /// <summary>Share of the running mean square that AdamW keeps.</summary>
        public float Beta2 { get; init; } = 0.95f;

        /// <summary>Share of the momentum that Muon and SGD keep.</summary>
        public float Momentum { get; init; } = 0.95f;

        /// <summary>Largest norm of the gradient; 0 = no limit.</summary>
        public float Clip { get; init; } = 1;

        /// <summary>What the parameters are rounded to after each step; the optimizer keeps them whole.</summary>
        public WeightPrecision Weights { get; init; } = WeightPrecision.Float32;

        /// <summary>The learning rates of a run of so many steps.</summary>
        internal LearningRateSchedule ScheduleOver(long steps) =>
            new()
            {
                Peak = LearningRate,
                Steps = steps,
                WarmupSteps = WarmupSteps,
                Shape = Schedule,
                FinalShare = FinalShare,
                DecayShare = DecayShare,
            };
    }
}
