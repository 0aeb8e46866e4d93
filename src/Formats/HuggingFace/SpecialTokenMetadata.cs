// Owns how special tokens, the flags that add them and the chat template become metadata.
using System.Text.Json;

namespace Tern.Formats.HuggingFace;

/// <summary>Reads tokenizer_config.json, generation_config.json, config.json and chat_template.jinja.</summary>
internal static class SpecialTokenMetadata
{
    private const string Template = "tokenizer.chat_template";
    private const int MaxTemplateBytes = 16 << 20;

    private static readonly (string Name, string Key)[] Roles =
    [
        ("bos", "tokenizer.ggml.bos_token_id"),
        ("eos", "tokenizer.ggml.eos_token_id"),
        ("unk", "tokenizer.ggml.unknown_token_id"),
        ("sep", "tokenizer.ggml.seperator_token_id"), // spelled so in the format
        ("pad", "tokenizer.ggml.padding_token_id"),
        ("cls", "tokenizer.ggml.cls_token_id"),
        ("mask", "tokenizer.ggml.mask_token_id"),
    ];

    public static void Write(TokenizerFiles files, TokenizerVocabulary vocabulary, MetadataBuilder metadata)
    {
        var config = files.Config;
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, key) in Roles)
        {
            if (
                vocabulary.IdOf(TokenOf(config, $"{name}_token")) is not { } id
                && !TryGetId(files.Defaults, name, out id)
            )
                continue;
            if (id >= vocabulary.Tokens.Length)
                continue; // beyond the embedding, as padding ids of some models are
            ids.Add(name, id);
            metadata.Set(key, id);
        }
        WriteFlags(
            config,
            metadata,
            AddedBy(files.Tokenizer),
            name => ids.TryGetValue(name, out int id) ? vocabulary.Tokens[id] : null
        );
        WriteTemplates(files, metadata);
    }

    /// <summary>A flag that tokenizer_config.json states wins over what the post-processor of tokenizer.json does.</summary>
    private static void WriteFlags(
        HuggingFaceConfig? config,
        MetadataBuilder metadata,
        (string First, string Last)? added,
        Func<string, string?> tokenOf
    )
    {
        Write("add_bos_token", added?.First, "bos", "cls");
        Write("add_eos_token", added?.Last, "eos", "eos");
        Write("add_sep_token", added?.Last, "sep", "sep");

        void Write(string name, string? token, string role, string otherRole)
        {
            if (config is not null && config.Has(name))
                metadata.Set($"tokenizer.ggml.{name}", config.Bool(name, false));
            else if (token is not null && (tokenOf(role) ?? tokenOf(otherRole)) is not null)
                metadata.Set($"tokenizer.ggml.{name}", token == tokenOf(role) || token == tokenOf(otherRole));
        }
    }

    /// <summary>A special token is a string or an object with its content.</summary>
    private static string? TokenOf(HuggingFaceConfig? config, string key) =>
        config?.Find(key) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Object } token
                when token.TryGetProperty("content", out var text) && text.ValueKind == JsonValueKind.String =>
                text.GetString(),
            _ => null,
        };

    /// <summary>An id, or the first of several, from the first file that has one.</summary>
    private static bool TryGetId(IReadOnlyList<HuggingFaceConfig> files, string name, out int id)
    {
        foreach (var file in files)
        {
            var value = file.Find($"{name}_token_id");
            if (value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
                value = list[0];
            if (value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out id) && id >= 0)
                return true;
        }
        id = 0;
        return false;
    }

    /// <summary>The first and last token that the template post-processor puts around one text; empty for none.</summary>
    private static (string First, string Last)? AddedBy(HuggingFaceConfig tokenizer)
    {
        if (tokenizer.Section("post_processor") is not { } processor)
            return null;
        var candidates = processor.Find("processors") is { ValueKind: JsonValueKind.Array } several
            ? several.EnumerateArray().ToList()
            : [processor.Root];
        foreach (var candidate in candidates)
        {
            if (
                candidate.ValueKind == JsonValueKind.Object
                && candidate.TryGetProperty("single", out var single)
                && single.ValueKind == JsonValueKind.Array
                && single.GetArrayLength() > 0
            )
                return (SpecialOf(single[0]), SpecialOf(single[single.GetArrayLength() - 1]));
        }
        return null;
    }

    private static string SpecialOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("SpecialToken", out var token)
        && token.ValueKind == JsonValueKind.Object
        && token.TryGetProperty("id", out var id)
        && id.ValueKind == JsonValueKind.String
            ? id.GetString()!
            : "";

    private static void WriteTemplates(TokenizerFiles files, MetadataBuilder metadata)
    {
        if (files.TemplateFile is { } file)
        {
            if (new FileInfo(file).Length is > MaxTemplateBytes and var length)
                throw new ModelFormatException(
                    file,
                    "template",
                    $"{length} bytes exceed the limit of {MaxTemplateBytes}"
                );
            metadata.Set(Template, File.ReadAllText(file));
            return;
        }
        switch (files.Config?.Find("chat_template"))
        {
            case { ValueKind: JsonValueKind.String } text:
                metadata.Set(Template, text.GetString()!);
                break;
            case { ValueKind: JsonValueKind.Array } several:
                WriteNamed(files.Config!, several, metadata);
                break;
        }
    }

    private static void WriteNamed(HuggingFaceConfig config, JsonElement several, MetadataBuilder metadata)
    {
        var names = new List<string>();
        foreach (var item in several.EnumerateArray())
        {
            if (
                item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("name", out var name)
                || !item.TryGetProperty("template", out var template)
                || name.ValueKind != JsonValueKind.String
                || template.ValueKind != JsonValueKind.String
            )
                throw config.Error("chat_template", "an item lacks name or template");
            if (name.GetString() is "default")
            {
                metadata.Set(Template, template.GetString()!);
                continue;
            }
            names.Add(name.GetString()!);
            metadata.Set($"{Template}.{name.GetString()}", template.GetString()!);
        }
        if (names.Count > 0)
            metadata.Set("tokenizer.chat_templates", names.ToArray());
    }
}
