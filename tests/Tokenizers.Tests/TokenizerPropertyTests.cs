// Checks what must hold for every text: nothing is lost, streams equal wholes, characters are never split.
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tern.Testing;

namespace Tern.Tokenizers.Tests;

public sealed class TokenizerPropertyTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(60);

    // Letters, digits, spaces of all kinds, marks, emoji, private and unassigned code points; no lone surrogates.
    internal static readonly Gen<string> Texts = Gen.OneOf(
            Gen.Choose(0x20, 0x7E),
            Gen.Elements(' ', '\n', '\r', '\t', '\u00A0', '\u2028', '\u3000').Select(c => (int)c),
            Gen.Choose(0, 0x2FF),
            Gen.Choose(0x300, 0xD7FF),
            Gen.Choose(0xE000, 0xFFFF),
            Gen.Choose(0x10000, 0x10FFFF),
            Gen.Choose(0x1F300, 0x1F6FF)
        )
        .ListOf()
        .Select(points => string.Concat(points.Select(point => char.ConvertFromUtf32(point))));

    public static TheoryData<string> ByteLevel => ["gpt-2", "llama-bpe", "qwen2", "deepseek-llm"];

    public static TheoryData<string> All => GgufVocabularies.All;

    [SharedTheory]
    [MemberData(nameof(ByteLevel))]
    public void DecodingWhatByteLevelBpeEncodedGivesTheText(string name)
    {
        var tokenizer = GgufVocabularies.Tokenizer(name);
        Prop.ForAll(
                Texts.ToArbitrary(),
                text => tokenizer.Decode(tokenizer.Encode(text, addSpecial: false, parseSpecial: false)) == text
            )
            .Check(Quick);
    }

    [SharedTheory]
    [InlineData("falcon", "\u0003", "0x03")]
    [InlineData("starcoder", "\U00040000", "0x00")]
    public void AByteThatARealVocabularyLacksIsNamedOrUnknown(string name, string text, string lacking)
    {
        var tokenizer = GgufVocabularies.Tokenizer(name);
        if (tokenizer.UnknownToken is { } unknown)
        {
            Assert.Equal(unknown, tokenizer.Encode(text, addSpecial: false)[0]);
            return;
        }
        var error = Assert.Throws<TokenizerFormatException>(() => tokenizer.Encode(text));
        Assert.Contains(lacking, error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public void DecodingWhatSentencePieceEncodedGivesTheText()
    {
        var tokenizer = GgufVocabularies.Tokenizer("llama-spm");
        // U+2581 is how the vocabulary spells spaces, so it comes back as one.
        Prop.ForAll(
                Texts.ToArbitrary(),
                text =>
                    tokenizer.Decode(tokenizer.Encode(text, addSpecial: false, parseSpecial: false))
                    == text.Replace('\u2581', ' ')
            )
            .Check(Quick);
    }

    [SharedTheory]
    [MemberData(nameof(All))]
    public void AStreamOfAnyIdsDecodesToTheWholeWithoutEverSplittingACharacter(string name)
    {
        var tokenizer = GgufVocabularies.Tokenizer(name);
        var ids = Gen.Choose(0, tokenizer.VocabularySize - 1).ListOf();
        Prop.ForAll(
                ids.ToArbitrary(),
                tokens =>
                {
                    foreach (bool skip in (bool[])[false, true])
                    {
                        var stream = tokenizer.CreateStreamingDecoder(skip);
                        string[] pieces =
                        [
                            .. tokens.Select(token => stream.Append(token).ToString()),
                            stream.Flush().ToString(),
                        ];
                        Assert.Equal(tokenizer.Decode(tokens, skip), string.Concat(pieces));
                        Assert.All(pieces, piece => Assert.Equal(piece, string.Concat(piece.EnumerateRunes())));
                    }
                }
            )
            .Check(Quick);
    }

    [SharedFact]
    public void AStreamHoldsBackACharacterUntilItsLastByte()
    {
        var tokenizer = GgufVocabularies.Tokenizer("llama-spm");
        int ByteToken(byte value) => tokenizer.FindToken($"<0x{value:X2}>")!.Value;
        var stream = tokenizer.CreateStreamingDecoder();
        Assert.Equal(
            ["", "", "", "🦙"],
            Encoding.UTF8.GetBytes("🦙").Select(b => stream.Append(ByteToken(b)).ToString())
        );
        Assert.Equal("", stream.Flush().ToString());

        Assert.Equal("", stream.Append(ByteToken(0xF0)).ToString());
        Assert.Equal("", stream.Append(ByteToken(0x9F)).ToString());
        Assert.Equal("\uFFFD", stream.Flush().ToString());
    }

    [SharedFact]
    public void AStreamThatContinuesATextKeepsItsFirstSpace()
    {
        var tokenizer = GgufVocabularies.Tokenizer("llama-spm");
        var ids = tokenizer.Encode("Hello", addSpecial: false);
        Assert.Equal("Hello", tokenizer.CreateStreamingDecoder().Append(ids[0]).ToString());
        Assert.Equal(" Hello", tokenizer.CreateStreamingDecoder(continuesText: true).Append(ids[0]).ToString());
    }

    [SharedTheory]
    [MemberData(nameof(All))]
    public void LongTextsOfAnyShapeAreTokenized(string name)
    {
        // Anything worse than n log n would not come back from these.
        const int length = 60_000;
        var tokenizer = GgufVocabularies.Tokenizer(name);
        var random = new Random(7);
        string letters = string.Create(
            length,
            random,
            (span, r) =>
            {
                for (int i = 0; i < span.Length; i++)
                    span[i] = (char)('a' + r.Next(26));
            }
        );
        string[] texts =
        [
            new('a', length),
            new('A', length),
            new(' ', length),
            new string(' ', length) + "x",
            new('\n', length),
            new('.', length),
            new('7', length),
            letters,
            string.Concat(Enumerable.Repeat("\U0001D400", length / 2)),
            string.Concat(Enumerable.Repeat("e\u0301", length / 2)),
        ];
        foreach (string text in texts)
        {
            var ids = tokenizer.Encode(text, addSpecial: false);
            if (name != "bert-bge")
                Assert.Equal(text, tokenizer.Decode(ids));
        }
    }

    [SharedFact]
    public void ThreadsShareATokenizer()
    {
        var tokenizer = GgufVocabularies.Tokenizer("qwen2");
        string[] texts = GgufVocabularies.Texts("qwen2");
        var expected = texts.Select(text => tokenizer.Encode(text).ToArray()).ToArray();
        Parallel.For(0, 400, i => Assert.Equal(expected[i % texts.Length], tokenizer.Encode(texts[i % texts.Length])));
    }
}
