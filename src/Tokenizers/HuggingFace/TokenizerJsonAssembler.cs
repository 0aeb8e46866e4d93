// Owns how Hugging Face's tokenizer.json and tokenizer_config.json become a pipeline.
using Tern.Tokenizers.Normalizers;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers.HuggingFace;

/// <summary>Assembles one tokenizer.</summary>
internal static class TokenizerJsonAssembler
{
    public static Tokenizer Assemble(string tokenizerJson, string? tokenizerConfigJson)
    {
        var root = JsonField.Parse(tokenizerJson, "tokenizer.json");
        JsonField? config = tokenizerConfigJson is null
            ? null
            : JsonField.Parse(tokenizerConfigJson, "tokenizer_config.json");
        var model = root.Require("model");
        var gathered = new VocabularyReader();
        var vocabulary = gathered.Read(root, model);
        var normalizer = root.Find("normalizer") is { } normalizerField ? NormalizerReader.Read(normalizerField) : null;
        var preTokenizerField = root.Find("pre_tokenizer");
        bool isByteLevel = preTokenizerField is { } field && PreTokenizerReader.Contains(field, "ByteLevel");
        var decoder = new DecoderReader(root.Find("decoder"));
        var around = new PostProcessorReader(vocabulary);
        if (root.Find("post_processor") is { } postProcessor)
            around.Read(postProcessor);
        var special = ReadSpecialTokens(vocabulary, config, model);
        ApplyFlag(config, "add_bos_token", special.Bos, around.Prefix, atStart: true);
        ApplyFlag(config, "add_eos_token", special.Eos, around.Suffix, atStart: false);
        return new PipelineTokenizer(gathered.Added, Normalized(gathered.AddedNormalized, normalizer))
        {
            Vocabulary = vocabulary,
            Bytes = new TokenBytes(vocabulary.Count, id => decoder.BytesOf(vocabulary.TextOf(id))),
            Algorithm = new ModelReader(model, vocabulary, gathered.Scores, isByteLevel).Read(),
            Normalizer = normalizer,
            PreTokenizer = preTokenizerField is { } present ? PreTokenizerReader.Read(present) : null,
            Prefix = around.Prefix,
            Suffix = around.Suffix,
            Special = special,
            AddsSpacePrefix = decoder.DropsLeadingSpace,
        };
    }

    // Tokens that are looked for in normalized text are spelled as it is.
    private static AddedToken[] Normalized(List<AddedToken> tokens, Normalizer? normalizer) =>
        [.. tokens.Select(token => normalizer is null ? token : token with { Text = normalizer.Normalize(token.Text) })];

    private static SpecialTokens ReadSpecialTokens(Vocabulary vocabulary, JsonField? config, JsonField model)
    {
        int? eos = Named("eos_token");
        return new SpecialTokens(
            Named("bos_token"),
            eos,
            Named("unk_token") ?? (model.Find("unk_token") is { IsString: true } unknown ? vocabulary.Find(unknown.Text) : null),
            Named("pad_token"),
            SpecialTokens.FindEnds(vocabulary, [eos])
        );

        // Either the text itself or an object with the text as content.
        int? Named(string name) =>
            config?.Find(name) is { } field
                ? vocabulary.Find(field.IsObject ? field.Require("content").Text : field.Text)
                : null;
    }

    // The flags of tokenizer_config.json win over the template, as in the classes they are written for.
    private static void ApplyFlag(JsonField? config, string flag, int? token, List<int> ids, bool atStart)
    {
        if (config?.Find(flag) is not { } field || token is not { } id)
            return;
        bool isThere = ids.Count > 0 && (atStart ? ids[0] : ids[^1]) == id;
        if (field.Flag && !isThere)
            ids.Insert(atStart ? 0 : ids.Count, id);
        else if (!field.Flag && isThere)
            ids.RemoveAt(atStart ? 0 : ids.Count - 1);
    }
}
