// Checks which tokens are recognised in text, which are added, and which end a turn.
using Tern.Testing;

namespace Tern.Tokenizers.Tests;

public sealed class SpecialTokenTests
{
    private static readonly TokenizerDefinition Letters = new()
    {
        Model = "gpt2",
        PreTokenizer = "gpt-2",
        Tokens = ["a", "b", "<", ">", "|", "<|x|>", "<|x|>>", "ab", "<u>", "Ġ", "<unk>"],
        TokenTypes = [1, 1, 1, 1, 1, 3, 3, 1, 4, 1, 2],
        Merges = ["a b"],
        UnknownToken = 10,
        BosToken = 5,
        EosToken = 6,
    };

    [Fact]
    public void ControlTokensAreRecognisedOnlyWhenParsedAndTheLongestWins()
    {
        var tokenizer = TokenizerFactory.Create(Letters);
        Assert.Equal([7, 5, 0, 6, 1], tokenizer.Encode("ab<|x|>a<|x|>>b", parseSpecial: true));
        Assert.Equal([2, 4, 10, 4, 3], tokenizer.Encode("<|x|>", parseSpecial: false));
    }

    [Fact]
    public void UserDefinedTokensAreAlwaysRecognised()
    {
        var tokenizer = TokenizerFactory.Create(Letters);
        Assert.Equal([0, 8, 1], tokenizer.Encode("a<u>b", parseSpecial: false));
    }

    [Fact]
    public void BosAndEosAreAddedByTheFlagsAndOnlyWhenAsked()
    {
        var tokenizer = TokenizerFactory.Create(Letters with { AddBos = true, AddEos = true });
        Assert.Equal([5, 7, 6], tokenizer.Encode("ab"));
        Assert.Equal([7], tokenizer.Encode("ab", addSpecial: false));
        Assert.Equal([5, 6], tokenizer.Encode(""));
        Assert.True(tokenizer.AddsBos && tokenizer.AddsEos);
    }

    [Fact]
    public void AFlagWithoutItsTokenIsRefused()
    {
        var definition = new TokenizerDefinition
        {
            Model = "gpt2",
            Tokens = ["a"],
            Merges = [],
            AddBos = true,
        };
        var error = Assert.Throws<TokenizerFormatException>(() => TokenizerFactory.Create(definition));
        Assert.Contains("bos_token_id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SkippingSpecialTokensLeavesOutControlAndUnknown()
    {
        var tokenizer = TokenizerFactory.Create(Letters);
        Assert.Equal("ab<u>", tokenizer.Decode([5, 7, 8, 10, 6], skipSpecial: true));
        Assert.Equal("<|x|>ab<u><unk><|x|>>", tokenizer.Decode([5, 7, 8, 10, 6]));
    }

    [Theory]
    [InlineData("<|im_end|>,<|endoftext|>,a", "<|im_end|>,<|endoftext|>")]
    [InlineData("<|return|>,<|call|>,<|end|>,<|start|>", "<|return|>,<|call|>")]
    [InlineData("<|end|>,<|user|>", "<|end|>")]
    [InlineData("<eos>,<end_of_turn>", "<eos>,<end_of_turn>")]
    [InlineData("<|eot_id|>,<|eom_id|>,<|end_of_text|>", "<|eot_id|>,<|eom_id|>,<|end_of_text|>")]
    public void WellKnownSpellingsEndATurn(string tokens, string ends)
    {
        string[] texts = tokens.Split(',');
        var tokenizer = TokenizerFactory.Create(
            new TokenizerDefinition
            {
                Model = "gpt2",
                Tokens = texts,
                TokenTypes = [.. texts.Select(_ => 3)],
                Merges = [],
            }
        );
        Assert.Equal(ends.Split(',').Order(), tokenizer.EndTokens.Select(tokenizer.GetText).Order());
    }

    [SharedTheory]
    [InlineData("llama-spm", "</s>")]
    [InlineData("llama-bpe", "<|end_of_text|>")]
    [InlineData("qwen2", "<|endoftext|>,<|im_end|>")]
    [InlineData("gpt-2", "<|endoftext|>")]
    [InlineData("phi-3", "</s>,<|end|>,<|endoftext|>")]
    public void RealVocabulariesKnowTheirEnds(string name, string ends)
    {
        var tokenizer = GgufVocabularies.Tokenizer(name);
        Assert.Equal(ends.Split(',').Order(), tokenizer.EndTokens.Select(tokenizer.GetText).Order());
    }

    [SharedFact]
    public void Phi3sTokensSwallowTheSpaceAfterThem()
    {
        var tokenizer = GgufVocabularies.Tokenizer("phi-3");
        Assert.Equal(
            tokenizer.Encode("<|user|>Hi<|end|><|assistant|>"),
            tokenizer.Encode("<|user|>\nHi<|end|>\n<|assistant|>\n")
        );
    }

    [SharedFact]
    public void BertPutsClsAndSepAroundATextAndItsTextComesBackInLowerCase()
    {
        var tokenizer = GgufVocabularies.Tokenizer("bert-bge");
        var ids = tokenizer.Encode("Hello wörld, embedding!");
        Assert.Equal("[CLS]", tokenizer.GetText(ids[0]));
        Assert.Equal("[SEP]", tokenizer.GetText(ids[^1]));
        Assert.Equal("hello world , embedding !", tokenizer.Decode(ids, skipSpecial: true));
    }

    [Fact]
    public void AnIdOutsideTheVocabularyIsRefused()
    {
        var tokenizer = TokenizerFactory.Create(Letters);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetText(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.CreateStreamingDecoder().Append(11).ToString());
    }
}
