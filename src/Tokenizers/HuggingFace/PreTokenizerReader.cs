// Owns the pre-tokenizers of tokenizer.json (https://huggingface.co/docs/tokenizers/api/pre-tokenizers).
using System.Text;
using Tern.Tokenizers.PreTokenizers;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Reads the <c>pre_tokenizer</c> object.</summary>
internal static class PreTokenizerReader
{
    // \w as Rust's and Oniguruma's regular expressions define it, which is wider than .NET's.
    private const string WordCharacters = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200C\u200D\u24B6-\u24E9";

    public static PreTokenizer Read(JsonField field) =>
        field.Type switch
        {
            "Sequence" => new SequencePreTokenizer([.. field.Require("pretokenizers").Items.Select(Read)]),
            "ByteLevel" => ReadByteLevel(field),
            "Split" => ReadSplit(field),
            "Metaspace" => ReadMetaspace(field),
            "Whitespace" => new SplitPreTokenizer(
                Pattern($"[{WordCharacters}]+|[^{WordCharacters}\\s]+"),
                SplitBehavior.Removed,
                inverts: true
            ),
            "WhitespaceSplit" => new SplitPreTokenizer(
                SplitPreTokenizer.Characters(Rune.IsWhiteSpace),
                SplitBehavior.Removed
            ),
            "Digits" => new SplitPreTokenizer(
                SplitPreTokenizer.Characters(Rune.IsNumber),
                field.FlagOr("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous
            ),
            "BertPreTokenizer" => new BertPreTokenizer(),
            "Punctuation" => new SplitPreTokenizer(
                SplitPreTokenizer.Characters(BertPreTokenizer.IsPunctuation),
                field.Find("behavior") is { } behavior ? ReadBehavior(behavior) : SplitBehavior.Isolated
            ),
            "CharDelimiterSplit" => new SplitPreTokenizer(
                SplitPreTokenizer.Literal(field.Require("delimiter").Text),
                SplitBehavior.Removed
            ),
            _ => throw field.Unknown(
                "pre-tokenizer",
                "Sequence, ByteLevel, Split, Metaspace, Whitespace, WhitespaceSplit, Digits, BertPreTokenizer, Punctuation, "
                    + "CharDelimiterSplit"
            ),
        };

    /// <summary>Whether a pre-tokenizer of the type is among the components.</summary>
    public static bool Contains(JsonField field, string type) =>
        field.Type == type
        || (field.Type == "Sequence" && field.Require("pretokenizers").Items.Any(item => Contains(item, type)));

    private static MatchFinder Pattern(string pattern) => new CodePointRegex(pattern, Timeout.InfiniteTimeSpan).FindAll;

    // Spelling words in the byte alphabet is left to the algorithm; what is to be cut is cut on the text itself.
    private static SequencePreTokenizer ReadByteLevel(JsonField field)
    {
        var chain = new List<PreTokenizer>();
        if (field.FlagOr("add_prefix_space", true))
            chain.Add(new RewritePreTokenizer((text, _) => text.StartsWith(' ') ? text : " " + text));
        if (field.FlagOr("use_regex", true))
            chain.Add(new SplitPreTokenizer(Pattern(PreTokenizerCatalog.Gpt2), SplitBehavior.Isolated));
        return new SequencePreTokenizer(chain);
    }

    private static SplitPreTokenizer ReadSplit(JsonField field)
    {
        var pattern = field.Require("pattern");
        var find = pattern.Find("String") is { } literal
            ? SplitPreTokenizer.Literal(literal.Text)
            : OnigurumaPattern.Compile(pattern.Require("Regex")).FindAll;
        return new SplitPreTokenizer(find, ReadBehavior(field.Require("behavior")), field.FlagOr("invert", false));
    }

    private static SequencePreTokenizer ReadMetaspace(JsonField field)
    {
        string mark = field.Require("replacement").Text;
        var scheme = ReadPrependScheme(field);
        var chain = new List<PreTokenizer>
        {
            new RewritePreTokenizer(
                (text, isFirst) =>
                {
                    text = text.Replace(" ", mark, StringComparison.Ordinal);
                    bool prepends = scheme == "always" || (scheme == "first" && isFirst);
                    return prepends && !text.StartsWith(mark, StringComparison.Ordinal) ? mark + text : text;
                }
            ),
        };
        if (field.FlagOr("split", true))
            chain.Add(new SplitPreTokenizer(SplitPreTokenizer.Literal(mark), SplitBehavior.MergedWithNext));
        return new SequencePreTokenizer(chain);
    }

    /// <summary>When a Metaspace component puts a mark before the text: always, first or never.</summary>
    public static string ReadPrependScheme(JsonField field) =>
        field.Find("prepend_scheme") is { } scheme
            ? scheme.Text is "always" or "first" or "never"
                ? scheme.Text
                : throw scheme.Error($"'{scheme.Text}' is no known scheme; known are always, first, never")
            : field.FlagOr("add_prefix_space", true) ? "always"
            : "never";

    private static SplitBehavior ReadBehavior(JsonField field) =>
        field.Text switch
        {
            "Removed" => SplitBehavior.Removed,
            "Isolated" => SplitBehavior.Isolated,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            var other => throw field.Error(
                $"'{other}' is no known behavior; known are {string.Join(", ", Enum.GetNames<SplitBehavior>())}"
            ),
        };
}
