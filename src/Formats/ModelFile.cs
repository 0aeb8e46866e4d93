// Owns the one view of a model on disk, whatever the container: metadata under GGUF keys and tensors under GGUF names.
using System.Collections.ObjectModel;
using Tern.Formats.Gguf;
using Tern.Formats.HuggingFace;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Formats;

/// <summary>
/// An opened model: a GGUF file (single or split) or a Hugging Face directory (config.json + safetensors), presented
/// alike. Tensors point into mapped files and live as long as this object.
/// </summary>
public sealed class ModelFile : IDisposable
{
    private readonly IReadOnlyList<IDisposable> _resources;

    /// <summary>Made by the readers.</summary>
    /// <param name="path">What the user named.</param>
    /// <param name="metadata">Under GGUF keys.</param>
    /// <param name="tensors">Under GGUF names, in file order.</param>
    /// <param name="resources">Disposed with this object.</param>
    public ModelFile(
        string path,
        Metadata metadata,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyList<IDisposable> resources
    )
    {
        Path = path;
        Metadata = metadata;
        Tensors = tensors;
        _resources = resources;
    }

    /// <summary>What the user named.</summary>
    public string Path { get; }

    /// <summary>Under GGUF keys.</summary>
    public Metadata Metadata { get; }

    /// <summary>Under GGUF names, in file order.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>
    /// Files beside a Hugging Face model that others read, name to path: tokenizer.json, tokenizer_config.json,
    /// generation_config.json, chat_template.jinja, special_tokens_map.json, as far as they are there. Empty for GGUF.
    /// </summary>
    public IReadOnlyDictionary<string, string> SideFiles { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The files that hold the tensors; one for a model that is not split.</summary>
    public IReadOnlyList<MappedFile> Mappings { get; init; } = [];

    /// <summary>Opens a .gguf file, the first file of a split GGUF, or a Hugging Face directory.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or not supported.</exception>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    public static ModelFile Open(string path) =>
        Directory.Exists(path) ? HuggingFaceDirectory.Open(path) : GgufReader.Open(path);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var resource in _resources)
            resource.Dispose();
    }
}
