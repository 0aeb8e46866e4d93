// Owns the way from a model's files to its tokenizer.
using Tern.Formats;
using Tern.Formats.HuggingFace;
using Tern.Tokenizers;

namespace Tern.Engine.Loading;

/// <summary>Builds tokenizers from GGUF metadata or from the tokenizer.json of a Hugging Face directory.</summary>
public static class TokenizerReader
{
    private const string Prefix = "tokenizer.ggml.";
    private static readonly string[] FillInMiddleKeys = ["fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id"];

    /// <summary>The model's tokenizer.</summary>
    /// <exception cref="ModelFormatException">There is none, or it is malformed; the message names file and field.</exception>
    public static Tokenizer Read(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var side = new SideFiles(file);
        string source = file.Path;
        try
        {
            if (side.Text(HuggingFaceDirectory.TokenizerName) is { } tokenizerJson)
            {
                source = side.PathOf(HuggingFaceDirectory.TokenizerName);
                return TokenizerFactory.FromTokenizerJson(
                    tokenizerJson,
                    side.Text(HuggingFaceDirectory.TokenizerConfigName)
                );
            }
            if (Directory.Exists(file.Path) && !file.Metadata.Contains(Prefix + "model"))
                throw new ModelFormatException(
                    side.PathOf(HuggingFaceDirectory.TokenizerName),
                    "tokenizer",
                    "the file is missing"
                );
            return TokenizerFactory.Create(Definition(file.Metadata));
        }
        catch (TokenizerFormatException error)
        {
            // The message of the tokenizer's error begins with its field, as this one's will.
            throw new ModelFormatException(source, error.Field, error.Message[(error.Field.Length + 2)..], error);
        }
    }

    private static TokenizerDefinition Definition(Metadata metadata) =>
        new()
        {
            Model = metadata.GetString(Prefix + "model"),
            PreTokenizer = metadata.GetString(Prefix + "pre", null),
            ModelName = metadata.GetString("general.name", null),
            Tokens = metadata.GetStrings(Prefix + "tokens"),
            Scores = metadata.Contains(Prefix + "scores") ? metadata.GetFloats(Prefix + "scores") : null,
            TokenTypes = metadata.Contains(Prefix + "token_type") ? metadata.GetInts(Prefix + "token_type") : null,
            Merges = metadata.Contains(Prefix + "merges") ? metadata.GetStrings(Prefix + "merges") : null,
            BosToken = Id(metadata, "bos_token_id"),
            EosToken = Id(metadata, "eos_token_id"),
            EotToken = Id(metadata, "eot_token_id"),
            EomToken = Id(metadata, "eom_token_id"),
            UnknownToken = Id(metadata, "unknown_token_id"),
            SeparatorToken = Id(metadata, "seperator_token_id"),
            PadToken = Id(metadata, "padding_token_id"),
            ClsToken = Id(metadata, "cls_token_id"),
            MaskToken = Id(metadata, "mask_token_id"),
            FillInMiddleEndTokens = [.. FillInMiddleKeys.Select(key => Id(metadata, key)).OfType<long>()],
            AddBos = Flag(metadata, "add_bos_token"),
            AddEos = Flag(metadata, "add_eos_token"),
            AddSeparator = Flag(metadata, "add_sep_token"),
            AddSpacePrefix = Flag(metadata, "add_space_prefix"),
            RemoveExtraWhitespace = Flag(metadata, "remove_extra_whitespaces"),
            PrecompiledCharsmap = Bytes(metadata, Prefix + "precompiled_charsmap"),
            Lowercase = Flag(metadata, "normalizer.lowercase"),
            StripAccents = Flag(metadata, "normalizer.strip_accents"),
            ChatTemplate = metadata.GetString("tokenizer.chat_template", null),
        };

    // Files write "none" as -1 or, unsigned, as 2^32-1.
    private static long? Id(Metadata metadata, string key)
    {
        if (!metadata.Values.TryGetValue(Prefix + key, out object? value))
            return null;
        return value is -1 or -1L or uint.MaxValue ? null : metadata.GetInt(Prefix + key);
    }

    private static bool? Flag(Metadata metadata, string key) =>
        metadata.Contains(Prefix + key) ? metadata.GetBool(Prefix + key, false) : null;

    private static ReadOnlyMemory<byte> Bytes(Metadata metadata, string key) =>
        metadata.Values.TryGetValue(key, out object? value)
            ? value switch
            {
                byte[] bytes => bytes,
                sbyte[] bytes => Array.ConvertAll(bytes, b => unchecked((byte)b)),
                _ => throw metadata.Error(key, $"has type {value.GetType().Name}, expected an array of bytes"),
            }
            : default;
}
