// Owns the small networks that the tests of this project look at.
using Tern.Tokenizers.Training;
using Tern.Training.Corpus;
using Tern.Training.Language;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Language;

internal static class TinyDecoders
{
    private static readonly Lazy<TokenizerFiles> s_tokenizer = new(TrainTokenizer);

    /// <summary>Every architecture, with and without a matrix of its own at the output.</summary>
    public static TheoryData<DecoderArchitecture, bool> All
    {
        get
        {
            var all = new TheoryData<DecoderArchitecture, bool>();
            foreach (var architecture in Enum.GetValues<DecoderArchitecture>())
            {
                all.Add(architecture, true);
                all.Add(architecture, false);
            }
            return all;
        }
    }

    /// <summary>A tokenizer of <see cref="Vocabulary"/> tokens.</summary>
    public static TokenizerFiles Tokenizer => s_tokenizer.Value;

    public const int Vocabulary = 270;

    public static DecoderConfig Config(DecoderArchitecture architecture, bool isTied, int vocabulary = 13) =>
        new()
        {
            Architecture = architecture,
            VocabularySize = vocabulary,
            ContextLength = 64,
            Width = 12,
            Layers = 2,
            Heads = 4,
            KvHeads = 2,
            HeadDim = 6,
            FeedForward = 10,
            RopeBase = 100,
            Epsilon = 1e-5f,
            TieEmbeddings = isTied,
            Experts = architecture == DecoderArchitecture.Qwen3Moe ? 5 : 0,
            ExpertsUsed = architecture == DecoderArchitecture.Qwen3Moe ? 2 : 0,
        };

    /// <summary>A decoder of random numbers, norms and biases included, large enough that everything has a say.</summary>
    public static Decoder Create(DecoderConfig config, int seed = 1, float deviation = 0.3f)
    {
        var decoder = new Decoder(config);
        var random = new Random(seed);
        foreach (var parameter in decoder.Parameters)
        {
            float center = parameter.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0;
            foreach (ref float value in parameter.Values)
                value = center + deviation * (float)(2 * random.NextDouble() - 1);
        }
        return decoder;
    }

    public static int[] Tokens(int count, int vocabulary, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
    }

    private static TokenizerFiles TrainTokenizer()
    {
        var vocabulary = BpeTrainer.Train(
            ["the cat sat on the mat", "the dog sat on the cat"],
            new BpeTrainingOptions
            {
                VocabularySize = Vocabulary,
                SpecialTokens = ChatFormat.SpecialTokens,
                BosToken = ChatFormat.Begin,
                EosToken = ChatFormat.End,
            }
        );
        return TokenizerFiles.Of(vocabulary);
    }
}
