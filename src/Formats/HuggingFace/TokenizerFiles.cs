// Owns which files a published tokenizer is made of, whether they lie in a directory or are about to.
namespace Tern.Formats.HuggingFace;

/// <summary>What <see cref="TokenizerMetadata"/> converts.</summary>
/// <param name="Tokenizer">tokenizer.json.</param>
/// <param name="Config">tokenizer_config.json, if there is one.</param>
/// <param name="Defaults">Files that may give ids of special tokens the above do not name: config.json, generation_config.json.</param>
/// <param name="TemplateFile">Path of chat_template.jinja, if there is one.</param>
internal sealed record TokenizerFiles(
    HuggingFaceConfig Tokenizer,
    HuggingFaceConfig? Config,
    IReadOnlyList<HuggingFaceConfig> Defaults,
    string? TemplateFile
)
{
    /// <summary>The files of an opened Hugging Face directory, or null when it has no tokenizer.json.</summary>
    /// <exception cref="ModelFormatException">A file is not JSON.</exception>
    public static TokenizerFiles? Find(ModelFile model)
    {
        if (model.SideFiles.GetValueOrDefault(HuggingFaceDirectory.TokenizerName) is not { } tokenizer)
            return null;
        var config = HuggingFaceConfig.Read(model.Metadata.File);
        return new TokenizerFiles(
            HuggingFaceConfig.Read(tokenizer),
            Read(HuggingFaceDirectory.TokenizerConfigName),
            Read(HuggingFaceDirectory.GenerationConfigName) is { } generation ? [config, generation] : [config],
            model.SideFiles.GetValueOrDefault(HuggingFaceDirectory.ChatTemplateName)
        );

        HuggingFaceConfig? Read(string name) =>
            model.SideFiles.TryGetValue(name, out string? file) ? HuggingFaceConfig.Read(file) : null;
    }

    /// <summary>Files that are still text.</summary>
    /// <exception cref="ModelFormatException">A text is not JSON.</exception>
    public static TokenizerFiles Parse(string tokenizerJson, string configJson) =>
        new(
            HuggingFaceConfig.Parse(HuggingFaceDirectory.TokenizerName, tokenizerJson),
            HuggingFaceConfig.Parse(HuggingFaceDirectory.TokenizerConfigName, configJson),
            [],
            null
        );
}
