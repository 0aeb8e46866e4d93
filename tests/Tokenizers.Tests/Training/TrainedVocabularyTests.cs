// Checks what a trained vocabulary becomes: texts come back, structure never comes out of text, and the files say the roles.
using FsCheck;
using FsCheck.Fluent;
using Tern.Tokenizers.Training;

namespace Tern.Tokenizers.Tests.Training;

public sealed class TrainedVocabularyTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60);

    private static readonly BpeTrainingOptions Options = new()
    {
        VocabularySize = 500,
        SpecialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "ing", "a b"],
        BosToken = "<|endoftext|>",
        EosToken = "<|im_end|>",
        PadToken = "<|endoftext|>",
        ChatTemplate = "{{ messages[0].content }}\n",
    };

    public static TheoryData<string> PreTokenizers => [.. BpeTrainingOptions.PreTokenizers];

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void DecodingWhatWasEncodedGivesTheText(string preTokenizer)
    {
        var tokenizer = Train(Options with { PreTokenizer = preTokenizer }).CreateTokenizer();
        Prop.ForAll(
                TokenizerPropertyTests.Texts.ToArbitrary(),
                text => tokenizer.Decode(tokenizer.Encode(text, addSpecial: false, parseSpecial: false)) == text
            )
            .Check(Quick);
    }

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void TheNamedPreTokenizerAndTheOneInTheFileGiveTheSameIds(string preTokenizer)
    {
        var vocabulary = Train(Options with { PreTokenizer = preTokenizer });
        var tokenizer = vocabulary.CreateTokenizer();
        var named = TokenizerFactory.Create(
            new TokenizerDefinition
            {
                Model = "gpt2",
                PreTokenizer = preTokenizer,
                Tokens = [.. Enumerable.Range(0, vocabulary.Size).Select(tokenizer.GetText)],
                TokenTypes =
                [
                    .. Enumerable
                        .Range(0, vocabulary.Size)
                        .Select(id => (int)(tokenizer.IsControl(id) ? TokenType.Control : TokenType.Normal)),
                ],
                Merges =
                [
                    .. vocabulary.Merges.Select(m => $"{tokenizer.GetText(m.Left)} {tokenizer.GetText(m.Right)}"),
                ],
                BosToken = tokenizer.BosToken,
                EosToken = tokenizer.EosToken,
                AddBos = false,
            }
        );
        Prop.ForAll(
                TokenizerPropertyTests.Texts.ToArbitrary(),
                text => Assert.Equal(tokenizer.Encode(text), named.Encode(text))
            )
            .Check(Quick);
        foreach (string text in SampleTexts.Sentences(new Random(2), 200))
            Assert.Equal(tokenizer.Encode(text), named.Encode(text));
    }

    [Fact]
    public void NoPlainTextMakesASpecialToken()
    {
        // "ing" is frequent and would be merged; the pieces of the others are as frequent.
        string[] special = [.. Options.SpecialTokens];
        var texts = SampleTexts
            .Sentences(new Random(3), 500)
            .Concat(Enumerable.Repeat("<|im_ end|> endof text|> in g", 90));
        var tokenizer = BpeTrainer.Train(texts, Options).CreateTokenizer();
        int first = tokenizer.VocabularySize - special.Length;
        Assert.Equal(special, Enumerable.Range(first, special.Length).Select(tokenizer.GetText));
        Assert.Equal(first + 3, tokenizer.FindToken("ing"));
        var pieces = Gen.Elements<string>([.. special, "<|", "im_", "end", "|>", "of", "text", " ", "i", "ng"]);
        Prop.ForAll(
                pieces.ListOf().Select(parts => string.Concat(parts)).ToArbitrary(),
                text =>
                {
                    var ids = tokenizer.Encode(text, parseSpecial: false);
                    Assert.DoesNotContain(ids, id => id >= first);
                    Assert.Equal(text, tokenizer.Decode(ids));
                    Assert.Equal(
                        special.Any(token => text.Contains(token, StringComparison.Ordinal)),
                        tokenizer.Encode(text).Any(id => id >= first)
                    );
                }
            )
            .Check(Quick);
    }

    [Fact]
    public void SpecialTokensInTheTextsAreNotLearntFrom()
    {
        var texts = Enumerable.Repeat("<|im_start|>user<|im_end|>", 100);
        var tokenizer = BpeTrainer.Train(texts, Options).CreateTokenizer();
        Assert.NotNull(tokenizer.FindToken("user"));
        Assert.Null(tokenizer.FindToken("<|"));
        Assert.Null(tokenizer.FindToken("im"));
    }

    [Fact]
    public void TheFilesNameTheRolesAndTheTemplate()
    {
        var vocabulary = Train(Options with { AddBos = true });
        var tokenizer = vocabulary.CreateTokenizer();
        int first = vocabulary.Size - Options.SpecialTokens.Count;
        Assert.Equal(500, vocabulary.Size);
        Assert.Equal(first, tokenizer.BosToken);
        Assert.Equal(first + 2, tokenizer.EosToken);
        Assert.Equal(first, tokenizer.PadToken);
        Assert.Contains(first + 2, tokenizer.EndTokens);
        Assert.Equal(first, tokenizer.Encode("x")[0]);
        Assert.Equal([(int)'x'], tokenizer.Encode("x", addSpecial: false));
        Assert.Contains("messages[0].content", vocabulary.ToTokenizerConfigJson(), StringComparison.Ordinal);
        // Without tokenizer_config.json the template of tokenizer.json puts the token there.
        Assert.Equal(first, TokenizerFactory.FromTokenizerJson(vocabulary.ToTokenizerJson()).Encode("x")[0]);
        Assert.Equal([(int)'x'], Train(Options).CreateTokenizer().Encode("x"));
    }

    private static TrainedVocabulary Train(BpeTrainingOptions options) =>
        BpeTrainer.Train(SampleTexts.Sentences(new Random(1), 1000), options);
}
