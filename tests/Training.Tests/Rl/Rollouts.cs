// Owns the policies, configurations and answers that the tests of this folder share.
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Tokenizers;
using Tern.Training.Autograd;
using Tern.Training.Corpus;
using Tern.Training.Data;
using Tern.Training.Language;
using Tern.Training.Optimizers;
using Tern.Training.Rl;
using Tern.Training.Rl.Losses;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Rl;

internal static class Rollouts
{
    private static readonly Lazy<(TokenizerFiles Files, Tokenizer Tokenizer)> s_bytes = new(TrainTokenizer);
    private static readonly Lazy<Decoder> s_policy = new(WarmUp);

    public static TokenizerFiles TokenizerFiles => s_bytes.Value.Files;

    public static Tokenizer Tokenizer => s_bytes.Value.Tokenizer;

    /// <summary>Knows the form of <see cref="LetterTask"/>; not to be changed.</summary>
    public static Decoder Policy => s_policy.Value;

    public static RlConfig Config =>
        new()
        {
            Task = new RlConfig.TaskSection { Kind = Training.Rl.Tasks.TaskKind.Sort },
            Model = Model(heads: 4, kvHeads: 2),
            WarmStart = new RlConfig.WarmStartSection
            {
                Steps = 30,
                BatchTokens = 512,
                Optimizer = new() { LearningRate = 1e-2f },
            },
            Steps = 3,
            Groups = 4,
            GroupSize = 4,
            EvaluateEvery = 100,
            Optimizer = new()
            {
                LearningRate = 2e-3f,
                WarmupSteps = 0,
                Schedule = ScheduleShape.Constant,
                WeightDecay = 0,
            },
        };

    public static TrainingConfig.ModelSection Model(int heads, int kvHeads) =>
        new()
        {
            Width = 24,
            Layers = 2,
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = 8,
            FeedForward = 32,
            ContextLength = 32,
        };

    public static RolloutEngine Engine(ITrainingBackend backend, LetterTask? task = null, long version = 1) =>
        new(task ?? new LetterTask(), Policy, TokenizerFiles, backend, version, seed: 5);

    /// <summary>An answer of which only the reward matters.</summary>
    public static Rollout Of(double reward, int prompt = 0, int sample = 0, string text = "", bool isWhole = true) =>
        new()
        {
            Prompt = prompt,
            Sample = sample,
            PromptTokens = [1],
            Tokens = [2],
            LogProbabilities = [-1],
            Versions = [1],
            Text = text,
            IsWhole = isWhole,
            Reward = reward,
        };

    public static RolloutGroup Group(int prompt, params double[] rewards) =>
        new(prompt, [.. rewards.Select((reward, i) => Of(reward, prompt, i))]);

    /// <summary>Groups of random answers of different lengths under nearly the weights of a decoder.</summary>
    public static IReadOnlyList<RolloutGroup> Random(
        Decoder decoder,
        ITrainingBackend backend,
        int groups,
        int answers,
        int seed
    )
    {
        var random = new Random(seed);
        int vocabulary = decoder.Config.VocabularySize;
        using var pool = new TensorPool();
        var step = new PolicyStep(decoder, backend, pool, new PolicyLossOptions(), 1000, longest: 9);
        var result = new List<RolloutGroup>();
        for (int prompt = 0; prompt < groups; prompt++)
        {
            int[] tokens = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(vocabulary))];
            var rollouts = new List<Rollout>();
            for (int sample = 0; sample < answers; sample++)
            {
                int[] answer = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(vocabulary))];
                var rollout = Of(random.Next(2), prompt, sample) with { PromptTokens = tokens, Tokens = answer };
                var scores = step.Score(decoder, [new PolicyTerm(rollout, 0)])[0];
                rollouts.Add(
                    rollout with
                    {
                        LogProbabilities =
                        [
                            .. scores.Select(score => score + 0.4f * (float)(random.NextDouble() - 0.5)),
                        ],
                    }
                );
            }
            rollouts[0] = rollouts[0] with { Reward = 0 };
            rollouts[^1] = rollouts[^1] with { Reward = 1 };
            result.Add(new RolloutGroup(prompt, rollouts));
        }
        return result;
    }

    private static Decoder WarmUp()
    {
        using var backend = new CpuBackend(1);
        using var pool = new TensorPool();
        var decoder = new Decoder(Model(heads: 4, kvHeads: 2).With(Tokenizer.VocabularySize));
        decoder.Initialize(3);
        var section = new TrainingConfig.OptimizerSection { LearningRate = 1e-2f };
        var optimizers = new OptimizerSet(backend, decoder.Parameters, section);
        var examples = new WarmStartExamples(new LetterTask(), new TextEncoder(Tokenizer), seed: 1);
        var batches = new BatchReader(examples, 1, batchTokens: 512);
        var step = new TrainingStep(decoder, backend, pool, microBatchTokens: 512);
        for (int i = 1; i <= 30; i++)
        {
            decoder.ClearGradients();
            step.Accumulate(batches.Next());
            GradientNorm.Clip(backend, decoder.Parameters, section.Clip);
            optimizers.Step(section.LearningRate, i);
        }
        return decoder;
    }

    private static (TokenizerFiles, Tokenizer) TrainTokenizer()
    {
        var vocabulary = ChatVocabulary.Train([], ChatVocabulary.LeastSize);
        return (TokenizerFiles.Of(vocabulary), vocabulary.CreateTokenizer());
    }
}
