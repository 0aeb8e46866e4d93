// Owns the way from a model's files to its chat template.
using System.Text.Json.Nodes;
using Tern.Formats;
using Tern.Formats.HuggingFace;

namespace Tern.Engine.Loading;

/// <summary>Finds the chat template that came with a model.</summary>
public static class ChatTemplateReader
{
    /// <summary>
    /// The template's source, or null: GGUF's <c>tokenizer.chat_template</c>; in a Hugging Face directory
    /// <c>chat_template.jinja</c>, or <c>chat_template</c> of <c>tokenizer_config.json</c> (a text, or a list of named
    /// templates of which "default" counts).
    /// </summary>
    /// <exception cref="ModelFormatException">A file is malformed.</exception>
    public static string? Read(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var side = new SideFiles(file);
        if (side.Text(HuggingFaceDirectory.ChatTemplateName) is { } jinja)
            return jinja;
        return FromConfig(side.Json(HuggingFaceDirectory.TokenizerConfigName)?["chat_template"])
            ?? file.Metadata.GetString("tokenizer.chat_template", null);
    }

    private static string? FromConfig(JsonNode? node)
    {
        if (node is JsonValue value && value.TryGetValue(out string? text))
            return text;
        if (node is not JsonArray list)
            return null;
        foreach (var item in list)
            if (
                item is JsonObject named
                && named["name"] is JsonValue name
                && name.TryGetValue(out string? key)
                && key == "default"
            )
                return FromConfig(named["template"]);
        return null;
    }
}
