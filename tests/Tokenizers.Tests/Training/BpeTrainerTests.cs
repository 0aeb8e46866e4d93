// Checks what the trainer learns: an example worked by hand, the plain algorithm on random words, and that nothing but the
// texts decides.
using FsCheck;
using FsCheck.Fluent;
using Tern.Tokenizers.Training;

namespace Tern.Tokenizers.Tests.Training;

public sealed class BpeTrainerTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(60);

    // Few letters, so that pairs repeat, overlap themselves and tie; some of several bytes.
    private static readonly Gen<IReadOnlyList<string>> Words = Gen.Elements("a", "b", "c", "ä", "𝐀")
        .NonEmptyListOf()
        .Select(letters => string.Concat(letters))
        .NonEmptyListOf()
        .Select(words => (IReadOnlyList<string>)[.. words]);

    [Fact]
    public void TheExampleOfThePaperGivesTheMergesFoundByHand()
    {
        string[] texts =
        [
            .. Enumerable.Repeat("low", 5),
            .. Enumerable.Repeat("lower", 2),
            .. Enumerable.Repeat("newest", 6),
            .. Enumerable.Repeat("widest", 3),
        ];
        var vocabulary = BpeTrainer.Train(texts, Options(1000));

        // 9: es before st, for e is lower than s. 7: lo before ow. 6: ew, then new before ewest. 3: dest, idest. 2: er.
        string[] expected = ["es", "est", "lo", "low", "ew", "new", "newest", "dest", "idest", "widest", "er", "lower"];
        var tokenizer = vocabulary.CreateTokenizer();
        Assert.Equal(256 + expected.Length, vocabulary.Size);
        Assert.Equal(vocabulary.Size, tokenizer.VocabularySize);
        Assert.Equal(expected, Enumerable.Range(256, expected.Length).Select(tokenizer.GetText));
        Assert.Equal([(101, 115), (256, 116), (108, 111), (258, 119)], vocabulary.Merges.Take(4));
        Assert.Equal([259, 257], tokenizer.Encode("lowest"));
        Assert.Equal([262], tokenizer.Encode("newest"));
        Assert.Equal([110, 111, 119], tokenizer.Encode("now"));
    }

    [Fact]
    public void ThePlainAlgorithmLearnsTheSameMergesAndEncodesTheSameIds()
    {
        Prop.ForAll(
                Words.ToArbitrary(),
                Gen.Choose(1, 4).ToArbitrary(),
                (words, minimum) =>
                {
                    // Each is one word of GPT-2's, for it is letters alone.
                    var counts = words.CountBy(word => word).ToDictionary(pair => pair.Key, pair => (long)pair.Value);
                    var vocabulary = BpeTrainer.Train(words, Options(300) with { MinimumFrequency = minimum });
                    Assert.Equal(NaiveLearner.Learn(counts, 300 - 256, minimum), vocabulary.Merges);
                    var tokenizer = vocabulary.CreateTokenizer();
                    Assert.Equal(
                        vocabulary.Size,
                        Enumerable.Range(0, vocabulary.Size).Select(tokenizer.GetText).Distinct().Count()
                    );
                    foreach (string word in counts.Keys)
                        Assert.Equal(NaiveLearner.Encode(word, vocabulary.Merges), tokenizer.Encode(word));
                }
            )
            .Check(Quick);
    }

    [Fact]
    public void NeitherTheOrderOfTheTextsNorTheThreadsChangeTheResult()
    {
        var random = new Random(5);
        string[] texts = SampleTexts.Sentences(random, 2000);
        string expected = BpeTrainer.Train(texts, Options(600)).ToTokenizerJson();
        for (int i = 0; i < 3; i++)
        {
            random.Shuffle(texts);
            Assert.Equal(expected, BpeTrainer.Train(Slowly(texts), Options(600)).ToTokenizerJson());
        }

        static IEnumerable<string> Slowly(string[] texts)
        {
            foreach (string text in texts)
            {
                Thread.Yield();
                yield return text;
            }
        }
    }

    [Fact]
    public void DigitsStandAloneAndWordsTakeTheirSpaceAlong()
    {
        var texts = Enumerable.Repeat("year 2024 year 2024", 50);
        var tokenizer = BpeTrainer.Train(texts, Options(400) with { PreTokenizer = "qwen2" }).CreateTokenizer();
        Assert.NotNull(tokenizer.FindToken("Ġyear"));
        Assert.Null(tokenizer.FindToken("20"));
        var grouped = BpeTrainer.Train(texts, Options(400) with { PreTokenizer = "dbrx" }).CreateTokenizer();
        Assert.NotNull(grouped.FindToken("202"));
        Assert.Null(grouped.FindToken("2024"));
    }

    [Fact]
    public void NoTokenIsLearntFromWhatIsTooRareAndNoneIsMissingForAByte()
    {
        string[] texts = ["ab", "ab", "ab", "cd", "cd"];
        Assert.Equal([(97, 98)], BpeTrainer.Train(texts, Options(300) with { MinimumFrequency = 3 }).Merges);
        var empty = BpeTrainer.Train([], Options(300));
        Assert.Equal(256, empty.Size);
        Assert.Equal([0xF0, 0x9F, 0xA6, 0x99], empty.CreateTokenizer().Encode("🦙"));
    }

    [Fact]
    public void AVocabularyFullOfRoomForNothingHasNoMerges() =>
        Assert.Empty(BpeTrainer.Train(["aaaa", "aaaa"], Options(257) with { SpecialTokens = ["<s>"] }).Merges);

    [Theory]
    [InlineData("VocabularySize", 100, "qwen2", 2, "<s>", "<s>")]
    [InlineData("PreTokenizer", 300, "no-such", 2, "<s>", "<s>")]
    [InlineData("MinimumFrequency", 300, "qwen2", 0, "<s>", "<s>")]
    [InlineData("SpecialTokens", 300, "qwen2", 2, "x", null)]
    [InlineData("SpecialTokens", 300, "qwen2", 2, "", null)]
    [InlineData("BosToken", 300, "qwen2", 2, "<s>", "<other>")]
    public void OptionsThatCannotBeAreRefusedByName(
        string property,
        int size,
        string preTokenizer,
        int minimum,
        string special,
        string? bos
    )
    {
        var options = new BpeTrainingOptions
        {
            VocabularySize = size,
            PreTokenizer = preTokenizer,
            MinimumFrequency = minimum,
            SpecialTokens = [special],
            BosToken = bos,
        };
        var error = Assert.Throws<ArgumentException>(() => BpeTrainer.Train([], options));
        Assert.StartsWith(property, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainingEndsWhenItIsCancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            BpeTrainer.Train(["a"], Options(300), new CancellationToken(canceled: true))
        );

    private static BpeTrainingOptions Options(int size) => new() { VocabularySize = size, PreTokenizer = "gpt-2" };
}
