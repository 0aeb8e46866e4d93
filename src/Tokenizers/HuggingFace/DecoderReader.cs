// Owns the decoders of tokenizer.json (https://huggingface.co/docs/tokenizers/api/decoders), reduced to what each token
// contributes by itself, so that streams decode token by token; only the space before the whole text needs its place.
using System.Text;
using Tern.Tokenizers.Bpe;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Reads the <c>decoder</c> object.</summary>
internal sealed class DecoderReader
{
    private readonly List<Func<string, string>> rewrites = [];
    private bool readsBytes;
    private bool isByteLevel;
    private bool isFused;

    /// <summary>Reads the object; null stands for tokens with spaces between them.</summary>
    public DecoderReader(JsonField? field)
    {
        if (field is { } decoder)
        {
            Read(decoder);
            return;
        }
        rewrites.Add(text => " " + text);
        DropsLeadingSpace = true;
    }

    /// <summary>Whether a space before the whole text goes.</summary>
    public bool DropsLeadingSpace { get; private set; }

    /// <summary>What a token contributes.</summary>
    public byte[] BytesOf(string text)
    {
        if (readsBytes && Vocabulary.TryParseByte(text, out byte value))
            return [value];
        foreach (var rewrite in rewrites)
            text = rewrite(text);
        return isByteLevel && ByteAlphabet.Covers(text) ? ByteAlphabet.Decode(text) : Encoding.UTF8.GetBytes(text);
    }

    private void Read(JsonField field)
    {
        switch (field.Type)
        {
            case "Sequence":
                foreach (var item in field.Require("decoders").Items)
                    Read(item);
                break;
            case "ByteLevel":
                isByteLevel = true;
                break;
            case "ByteFallback":
                readsBytes = true;
                break;
            case "Fuse":
                isFused = true;
                break;
            case "Replace":
                rewrites.Add(NormalizerReader.Replacer(field));
                break;
            case "Metaspace":
                string mark = field.Require("replacement").Text;
                rewrites.Add(text => text.Replace(mark, " ", StringComparison.Ordinal));
                DropsLeadingSpace |= PreTokenizerReader.ReadPrependScheme(field) != "never";
                break;
            case "Strip":
                ReadStrip(field);
                break;
            case "WordPiece":
                ReadWordPiece(field);
                break;
            default:
                throw field.Unknown(
                    "decoder",
                    "Sequence, ByteLevel, ByteFallback, Fuse, Replace, Metaspace, Strip, WordPiece"
                );
        }
    }

    private void ReadStrip(JsonField field)
    {
        var content = field.Require("content");
        if (content.Text.Length != 1)
            throw content.Error($"'{content.Text}' is not one character");
        char stripped = content.Text[0];
        int start = field.Require("start").Integer;
        int stop = field.Require("stop").Integer;
        if (!isFused)
        {
            rewrites.Add(text =>
            {
                int from = 0;
                while (from < Math.Min(start, text.Length) && text[from] == stripped)
                    from++;
                int to = text.Length;
                while (to > from && text.Length - to < stop && text[to - 1] == stripped)
                    to--;
                return text[from..to];
            });
        }
        else if (stripped == ' ' && start == 1 && stop == 0)
        {
            DropsLeadingSpace = true;
        }
        else if (start != 0 || stop != 0)
        {
            throw field.Error(
                $"strips {start} '{stripped}' before and {stop} after the whole text; only one space before it can be"
            );
        }
    }

    private void ReadWordPiece(JsonField field)
    {
        string prefix = field.TextOrNull("prefix") ?? "##";
        bool cleans = field.FlagOr("cleanup", true);
        rewrites.Add(text =>
        {
            text = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : " " + text;
            return cleans ? CleanUp(text) : text;
        });
        DropsLeadingSpace = true;
    }

    private static string CleanUp(string text) =>
        text.Replace(" .", ".", StringComparison.Ordinal)
            .Replace(" ?", "?", StringComparison.Ordinal)
            .Replace(" !", "!", StringComparison.Ordinal)
            .Replace(" ,", ",", StringComparison.Ordinal)
            .Replace(" ' ", "'", StringComparison.Ordinal)
            .Replace(" n't", "n't", StringComparison.Ordinal)
            .Replace(" 'm", "'m", StringComparison.Ordinal)
            .Replace(" do not", " don't", StringComparison.Ordinal)
            .Replace(" 's", "'s", StringComparison.Ordinal)
            .Replace(" 've", "'ve", StringComparison.Ordinal)
            .Replace(" 're", "'re", StringComparison.Ordinal);
}
