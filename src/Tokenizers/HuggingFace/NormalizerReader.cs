// Owns the normalizers of tokenizer.json (https://huggingface.co/docs/tokenizers/api/normalizers).
using System.Globalization;
using System.Text;
using Tern.Tokenizers.Normalizers;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Reads the <c>normalizer</c> object.</summary>
internal static class NormalizerReader
{
    public static Normalizer Read(JsonField field) =>
        field.Type switch
        {
            "Sequence" => ReadSequence(field),
            "NFC" => Rewrite(text => UnicodeNormalization.Normalize(text, NormalizationForm.FormC)),
            "NFD" => Rewrite(text => UnicodeNormalization.Normalize(text, NormalizationForm.FormD)),
            "NFKC" => Rewrite(text => UnicodeNormalization.Normalize(text, NormalizationForm.FormKC)),
            "NFKD" => Rewrite(text => UnicodeNormalization.Normalize(text, NormalizationForm.FormKD)),
            "Lowercase" => Rewrite(text => text.ToLowerInvariant()),
            "StripAccents" => Rewrite(StripAccents),
            "Strip" => ReadStrip(field),
            "Prepend" => ReadPrepend(field),
            "Replace" => ReadReplace(field),
            "BertNormalizer" => ReadBert(field),
            "Precompiled" => ReadPrecompiled(field),
            _ => throw field.Unknown(
                "normalizer",
                "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Prepend, Replace, BertNormalizer, Precompiled"
            ),
        };

    /// <summary>What a <c>Replace</c> component does to text; normalizers and decoders share it.</summary>
    public static Func<string, string> Replacer(JsonField field)
    {
        var pattern = field.Require("pattern");
        string content = field.Require("content").Text;
        if (pattern.Find("String") is { } literal)
        {
            string searched = literal.Text;
            if (searched.Length == 0)
                throw literal.Error("is empty; there is nothing to replace");
            return text => text.Replace(searched, content, StringComparison.Ordinal);
        }
        var regex = OnigurumaPattern.Compile(pattern.Require("Regex"));
        return text =>
        {
            var matches = new List<(int Start, int End)>();
            regex.FindAll(text, matches);
            var result = new StringBuilder(text.Length);
            int from = 0;
            foreach (var (start, end) in matches)
            {
                result.Append(text, from, start - from).Append(content);
                from = end;
            }
            return result.Append(text, from, text.Length - from).ToString();
        };
    }

    private static RewriteNormalizer Rewrite(Func<string, string> rewrite) => new(rewrite);

    private static RewriteNormalizer ReadSequence(JsonField field)
    {
        Normalizer[] chain = [.. field.Require("normalizers").Items.Select(Read)];
        return Rewrite(text => chain.Aggregate(text, (current, normalizer) => normalizer.Normalize(current)));
    }

    private static RewriteNormalizer ReadStrip(JsonField field)
    {
        bool left = field.FlagOr("strip_left", true);
        bool right = field.FlagOr("strip_right", true);
        return Rewrite(text => (left, right) switch
        {
            (true, true) => text.Trim(),
            (true, false) => text.TrimStart(),
            (false, true) => text.TrimEnd(),
            _ => text,
        });
    }

    private static RewriteNormalizer ReadPrepend(JsonField field)
    {
        string prefix = field.Require("prepend").Text;
        return Rewrite(text => text.Length == 0 ? text : prefix + text);
    }

    private static RewriteNormalizer ReadReplace(JsonField field) => Rewrite(Replacer(field));

    private static BertNormalizer ReadBert(JsonField field)
    {
        bool lowercases = field.FlagOr("lowercase", true);
        return new BertNormalizer(
            cleans: field.FlagOr("clean_text", true),
            isolatesChinese: field.FlagOr("handle_chinese_chars", true),
            stripsAccents: field.FlagOr("strip_accents", lowercases),
            lowercases
        );
    }

    private static RewriteNormalizer ReadPrecompiled(JsonField field)
    {
        var encoded = field.Require("precompiled_charsmap");
        if (encoded.Text.Length == 0)
            return Rewrite(text => text);
        if (!encoded.Value.TryGetBytesFromBase64(out byte[]? bytes))
            throw encoded.Error("is no base64");
        return Rewrite(new PrecompiledCharsmap(bytes, encoded.Path).Apply);
    }

    private static string StripAccents(string text)
    {
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            bool isMark =
                Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.NonSpacingMark
                        or UnicodeCategory.SpacingCombiningMark
                        or UnicodeCategory.EnclosingMark;
            if (!isMark)
                result.Append(units[..rune.EncodeToUtf16(units)]);
        }
        return result.ToString();
    }
}
