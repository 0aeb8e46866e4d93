// Checks the components of tokenizer.json one by one. Words are made visible by a WordPiece vocabulary that holds exactly
// the expected ones. Expectations are those of the tokenizers library's documentation, and where transformers.js 4.3.1
// implements the component, its results.
using System.Text.Json.Nodes;

namespace Tern.Tokenizers.Tests;

public sealed class TokenizerJsonComponentTests
{
    private const string Countdown = "the-final--countdown";

    [Theory]
    [InlineData("Removed", "the|final|countdown")]
    [InlineData("Isolated", "the|-|final|-|-|countdown")]
    [InlineData("MergedWithPrevious", "the-|final-|-|countdown")]
    [InlineData("MergedWithNext", "the|-final|-|-countdown")]
    [InlineData("Contiguous", "the|-|final|--|countdown")]
    public void SplitDoesWithADelimiterWhatItsBehaviorSays(string behavior, string words) =>
        AssertWords(
            $$"""{"type":"Split","pattern":{"String":"-"},"behavior":"{{behavior}}","invert":false}""",
            Countdown,
            words
        );

    [Theory]
    [InlineData("""{"type":"Whitespace"}""", "Hello, wörld! 你好  x_1", "Hello|,|wörld|!|你好|x_1")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " a  b\tc\n", "a|b|c")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "ab123c4", "ab|1|2|3|c|4")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "ab123c4", "ab|123|c|4")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "Hey, you!! ok", "Hey|,| you|!!| ok")]
    [InlineData("""{"type":"Punctuation"}""", "Hey, you!! ok", "Hey|,| you|!|!| ok")]
    [InlineData("""{"type":"BertPreTokenizer"}""", "Hey, you!! ok 你", "Hey|,|you|!|!|ok|你")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"-"}""", Countdown, "the|final|countdown")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\d+"},"behavior":"Removed","invert":true}""", "a1b22c", "1|22")]
    [InlineData(
        """{"type":"Split","pattern":{"Regex":"[a-z]+"},"behavior":"Isolated","invert":false}""",
        "ab1cd 2",
        "ab|1|cd| 2"
    )]
    [InlineData(
        """{"type":"Split","pattern":{"Regex":"[^\\r\\n\\p{L}]?+\\p{L}++|\\p{Han}+|[\\p{Lo}&&[^\\p{Han}]]+"},"behavior":"Isolated","invert":false}""",
        " ab cd",
        " ab| cd"
    )]
    [InlineData(
        """{"type":"Split","pattern":{"Regex":"[\\p{Lo}&&[^\\p{Han}]]+"},"behavior":"Isolated","invert":false}""",
        "你好カナ𠀀",
        "你好|カナ|𠀀"
    )]
    [InlineData(
        """{"type":"Split","pattern":{"Regex":"\\p{L}+"},"behavior":"Isolated","invert":false}""",
        "𝐀𝐁 𐐀𐐁1",
        "𝐀𝐁| |𐐀𐐁|1"
    )]
    [InlineData(
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""",
        "Hey my  friend",
        "▁Hey|▁my|▁|▁friend"
    )]
    [InlineData(
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"never"}""",
        "Hey my friend",
        "Hey|▁my|▁friend"
    )]
    [InlineData("""{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""", " a b", "▁a|▁b")]
    [InlineData(
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""",
        "Hey my friend",
        "▁Hey▁my▁friend"
    )]
    [InlineData(
        """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":false}]}""",
        "a1 22b",
        "a|1|22|b"
    )]
    public void PreTokenizersCutWhereTheyShould(string preTokenizer, string text, string words) =>
        AssertWords(preTokenizer, text, words);

    [Theory]
    [InlineData("""{"type":"NFKC"}""", "ﬁ①Å", "fi1\u00C5")]
    [InlineData("""{"type":"NFD"}""", "é가", "e\u0301\u1100\u1161")]
    [InlineData("""{"type":"StripAccents"}""", "e\u0301a\u0300", "ea")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", "  a ", "a ")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "a", "▁a")]
    [InlineData("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""", "a b", "a▁b")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""", "a   b c", "a b c")]
    [InlineData("""{"type":"Lowercase"}""", "ÀB", "àb")]
    [InlineData("""{"type":"BertNormalizer"}""", "Héllo\0 你好\tX", "hello  你  好  x")]
    [InlineData(
        """{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""",
        "ÉÀ",
        "ea"
    )]
    public void NormalizersRewriteAsTheyShould(string normalizer, string text, string expected)
    {
        var json = Vocabulary([expected]);
        json["normalizer"] = JsonNode.Parse(normalizer);
        Assert.Equal([1], TokenizerFactory.FromTokenizerJson(json.ToJsonString()).Encode(text));
    }

    [Theory]
    [InlineData("""{"type":"WordPiece","prefix":"##","cleanup":true}""", "he|##llo|,|n't", "hello,n't")]
    [InlineData("""{"type":"WordPiece","prefix":"##","cleanup":false}""", "he|##llo|,", "hello ,")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""", "▁a|▁b|c", "a bc")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never"}""", "▁a|▁b", " a b")]
    [InlineData("""{"type":"ByteLevel"}""", "Ġa|Ã|©|Ċ", " aé\n")]
    [InlineData(
        """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""",
        "▁a|<0xC3>|<0xA9>|▁b",
        "aé b"
    )]
    [InlineData("""{"type":"Strip","content":"_","start":1,"stop":1}""", "_a_|__b", "a_b")]
    public void DecodersJoinTokensAsTheyShould(string decoder, string tokens, string text)
    {
        var json = Vocabulary(tokens.Split('|'));
        json["decoder"] = JsonNode.Parse(decoder);
        var tokenizer = TokenizerFactory.FromTokenizerJson(json.ToJsonString());
        Assert.Equal(text, tokenizer.Decode(Enumerable.Range(1, tokens.Split('|').Length)));
    }

    [Theory]
    [InlineData(
        """{"type":"RobertaProcessing","cls":["a",1],"sep":["b",2],"trim_offsets":true,"add_prefix_space":true}""",
        "1 3 2"
    )]
    [InlineData(
        """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"a","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"a":{"id":"a","ids":[1],"tokens":["a"]}}}""",
        "1 3"
    )]
    [InlineData(
        """{"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"BertProcessing","sep":["b",2],"cls":["a",1]}]}""",
        "1 3 2"
    )]
    public void PostProcessorsPutTheirTokensAroundTheText(string postProcessor, string ids)
    {
        var json = Vocabulary(["a", "b", "word"]);
        json["post_processor"] = JsonNode.Parse(postProcessor);
        var tokenizer = TokenizerFactory.FromTokenizerJson(json.ToJsonString());
        Assert.Equal(ids, string.Join(' ', tokenizer.Encode("word")));
        Assert.Equal([3], tokenizer.Encode("word", addSpecial: false));
    }

    [Fact]
    public void TheConfigurationNamesTheSpecialTokensAndItsFlagsWin()
    {
        string json = Vocabulary(["<s>", "</s>", "word"]).ToJsonString();
        var tokenizer = TokenizerFactory.FromTokenizerJson(
            json,
            """{"bos_token":"<s>","eos_token":{"content":"</s>","lstrip":false},"unk_token":null,"add_bos_token":true,"add_eos_token":false}"""
        );
        Assert.Equal(1, tokenizer.BosToken);
        Assert.Equal(2, tokenizer.EosToken);
        Assert.Contains(2, tokenizer.EndTokens);
        Assert.Equal([1, 3], tokenizer.Encode("word"));
    }

    [Theory]
    [InlineData("a  <x>  b", "", "a|  |<x>|  |b")]
    [InlineData("a  <x>  b", "\"lstrip\":true,", "a|<x>|  |b")]
    [InlineData("a  <x>  b", "\"rstrip\":true,", "a|  |<x>|b")]
    [InlineData("a<x>b <x>", "\"single_word\":true,", "a<x>b| |<x>")]
    public void AddedTokensTakeSpaceAndNeighboursAsTheyAreTold(string text, string options, string words)
    {
        var json = Vocabulary([.. words.Split('|').Distinct()]);
        int id = Array.IndexOf(words.Split('|').Distinct().ToArray(), "<x>") + 1;
        json["added_tokens"] = JsonNode.Parse(
            $$"""[{"id":{{id}},"content":"<x>",{{options}}"normalized":false,"special":true}]"""
        );
        json["pre_tokenizer"] = JsonNode.Parse(
            """{"type":"Split","pattern":{"Regex":" +"},"behavior":"Isolated","invert":false}"""
        );
        var tokenizer = TokenizerFactory.FromTokenizerJson(json.ToJsonString());
        Assert.Equal(words, string.Join('|', tokenizer.Encode(text).Select(tokenizer.GetText)));
    }

    [Fact]
    public void NormalizedAddedTokensAreFoundInNormalizedText()
    {
        var json = Vocabulary(["word", "<NEW>"]);
        json["normalizer"] = JsonNode.Parse("""{"type":"Lowercase"}""");
        json["added_tokens"] = JsonNode.Parse("""[{"id":2,"content":"<NEW>","normalized":true,"special":false}]""");
        var tokenizer = TokenizerFactory.FromTokenizerJson(json.ToJsonString());
        Assert.Equal([1, 2], tokenizer.Encode("WORD<New>", parseSpecial: false));
    }

    [Fact]
    public void UnigramTakesTheMostProbableSpellingAndFusesWhatIsUnknown()
    {
        const string json =
            """{"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"},"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"},"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁",-2],["a",-3],["b",-3],["ab",-4],["▁a",-2.5],["▁ab",-7],["c",-9]]}}""";
        var tokenizer = TokenizerFactory.FromTokenizerJson(json);
        Assert.Equal([5, 3], tokenizer.Encode("ab"));
        Assert.Equal([5, 3, 0, 4], tokenizer.Encode("abxyzab"));
        Assert.Equal("ab c", tokenizer.Decode([5, 3, 1, 7]));
    }

    private static void AssertWords(string preTokenizer, string text, string words)
    {
        string[] expected = words.Split('|');
        var json = Vocabulary([.. expected.Distinct()]);
        json["pre_tokenizer"] = JsonNode.Parse(preTokenizer);
        var tokenizer = TokenizerFactory.FromTokenizerJson(json.ToJsonString());
        Assert.Equal(expected, tokenizer.Encode(text).Select(tokenizer.GetText));
    }

    /// <summary>A WordPiece model of whole words; id 0 is for all others.</summary>
    private static JsonObject Vocabulary(string[] words)
    {
        var vocab = new JsonObject { ["[UNK]"] = 0 };
        for (int i = 0; i < words.Length; i++)
            vocab[words[i]] = i + 1;
        return new JsonObject
        {
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["vocab"] = vocab,
            },
        };
    }
}
