// Checks that a malformed vocabulary is refused with a message that names the cause, or works: never a crash or a hang.
using System.Text.Json;
using Tern.Formats;
using Tern.Testing;

namespace Tern.Tokenizers.Tests;

public sealed class HostileVocabularyTests
{
    public static TheoryData<string> Files
    {
        get
        {
            var files = new TheoryData<string>();
            if (SharedData.Root is null)
                return files;
            foreach (var entry in Manifest().EnumerateArray())
            {
                string file = entry.GetProperty("file").GetString()!;
                if (file.StartsWith("tokenizer-", StringComparison.Ordinal))
                    files.Add(file);
            }
            return files;
        }
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void AFileIsRefusedNamingTheCauseOrItsTextIsTokenized(string file)
    {
        // That the vocabulary is smaller than the embedding shows only where the two meet.
        if (file == "tokenizer-fewer-tokens-than-rows.gguf")
            return;
        var entry = Manifest().EnumerateArray().Single(e => e.GetProperty("file").GetString() == file);
        var error = Record.Exception(() =>
        {
            var definition = GgufVocabularies.ReadDefinition(
                SharedData.PathOf("conformance", "hostile-files", file)
            );
            var tokenizer = TokenizerFactory.Create(definition);
            var ids = tokenizer.Encode("Once upon a time: aaaaaaaaaaaaaaaa\n<s>\u00e9");
            Assert.NotEmpty(ids);
            tokenizer.Decode(ids);
        });
        if (error is null)
        {
            Assert.NotEqual("error", entry.GetProperty("expect").GetString());
            return;
        }
        Assert.True(error is TokenizerFormatException or ModelFormatException, error.ToString());
        Assert.NotEqual("load", entry.GetProperty("expect").GetString());
        if (entry.TryGetProperty("message_mentions_one_of", out var words))
            Assert.Contains(
                words.EnumerateArray(),
                word => error.Message.Contains(word.GetString()!, StringComparison.OrdinalIgnoreCase)
            );
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "model")]
    [InlineData("""{"model":{"type":"BPE"}}""", "vocab")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]}}""", "empty")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "2000000000")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "-1")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}""", "already")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "merges[0]")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"?"}}""", "unk_token")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0}}}""", "WordLevel")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0}}}""", "unk_token")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]]}}""", "vocab[0]")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",0]],"unk_id":7}}""", "unk_id")]
    [InlineData("""{"normalizer":{"type":"Magic"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "Magic")]
    [InlineData("""{"pre_tokenizer":{"type":"Magic"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "Magic")]
    [InlineData("""{"decoder":{"type":"Magic"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "Magic")]
    [InlineData("""{"post_processor":{"type":"Magic"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "Magic")]
    [InlineData(
        """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""",
        "regular expression"
    )]
    [InlineData(
        """{"normalizer":{"type":"Precompiled","precompiled_charsmap":"////fw=="},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""",
        "precompiled_charsmap"
    )]
    public void AMalformedTokenizerJsonIsRefusedNamingTheCause(string json, string mentioned)
    {
        var error = Assert.Throws<TokenizerFormatException>(() => TokenizerFactory.FromTokenizerJson(json));
        Assert.Contains(mentioned, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NestingWithoutEndIsRefused()
    {
        string json = string.Concat(Enumerable.Repeat("""{"type":"Sequence","normalizers":[""", 100_000));
        Assert.Throws<TokenizerFormatException>(() => TokenizerFactory.FromTokenizerJson($$"""{"normalizer":{{json}}"""));
    }

    [Fact]
    public void ASpecialIdOutsideTheVocabularyIsRefusedAndMinusOneMeansNone()
    {
        var definition = new TokenizerDefinition { Model = "gpt2", Tokens = ["a", "b"], Merges = [] };
        var error = Assert.Throws<TokenizerFormatException>(() =>
            TokenizerFactory.Create(definition with { EosToken = 2 })
        );
        Assert.Contains("eos_token_id", error.Message, StringComparison.Ordinal);
        Assert.Null(TokenizerFactory.Create(definition with { EosToken = uint.MaxValue }).EosToken);
    }

    [Fact]
    public void AnUnknownPreTokenizerIsRefusedListingTheKnownOnes()
    {
        var definition = new TokenizerDefinition { Model = "gpt2", Tokens = ["a"], Merges = [], PreTokenizer = "gpt-9" };
        var error = Assert.Throws<TokenizerFormatException>(() => TokenizerFactory.Create(definition));
        Assert.Contains("gpt-9", error.Message, StringComparison.Ordinal);
        Assert.Contains("qwen2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATextByteWithoutTokenIsAnErrorUnlessThereIsAnUnknownToken()
    {
        var definition = new TokenizerDefinition { Model = "gpt2", Tokens = ["a", "?"], Merges = [] };
        Assert.Throws<TokenizerFormatException>(() => TokenizerFactory.Create(definition).Encode("ab"));
        Assert.Equal([0, 1], TokenizerFactory.Create(definition with { UnknownToken = 1 }).Encode("ab"));
    }

    private static JsonElement Manifest()
    {
        using var manifest = JsonDocument.Parse(
            File.ReadAllText(SharedData.PathOf("conformance", "hostile-files", "manifest.json"))
        );
        var root = manifest.RootElement.Clone();
        return root.ValueKind == JsonValueKind.Array ? root : root.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array).Value;
    }
}
