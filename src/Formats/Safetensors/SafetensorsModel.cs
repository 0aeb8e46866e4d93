// Owns opened safetensors files: their entries and the tensors in them.
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Formats.Safetensors;

/// <summary>One safetensors file, or all shards of one model. Tensors point into mapped files and live as long as this object.</summary>
public sealed class SafetensorsModel : IDisposable
{
    private readonly IReadOnlyDictionary<string, MappedFile> _files;

    internal SafetensorsModel(
        string path,
        IReadOnlyDictionary<string, MappedFile> files,
        IReadOnlyDictionary<string, SafetensorsEntry> entries,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        Path = path;
        _files = files;
        Entries = entries;
        Metadata = metadata;
    }

    /// <summary>What the user named.</summary>
    public string Path { get; }

    /// <summary>All tensors by name, in file order.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>The <c>__metadata__</c> of the first file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="ModelFormatException">There is none, or its element type cannot be held.</exception>
    public Tensor GetTensor(string name)
    {
        var entry = Find(name);
        return entry.Type.DType is { } type
            ? View(entry, type, [.. entry.Shape])
            : throw new ModelFormatException(entry.File, name, $"element type {entry.Type.Name} is not supported");
    }

    internal IReadOnlyList<MappedFile> Mappings => [.. _files.Values];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }

    /// <summary>The bytes of a tensor of any type, as I8 with the element's bytes as innermost dimension.</summary>
    internal Tensor GetBytes(string name)
    {
        var entry = Find(name);
        return View(entry, DType.I8, entry.Type.Bytes == 1 ? [.. entry.Shape] : [.. entry.Shape, entry.Type.Bytes]);
    }

    private SafetensorsEntry Find(string name) =>
        Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new ModelFormatException(Path, name, "the tensor is missing");

    private Tensor View(SafetensorsEntry entry, DType type, long[] shape) =>
        new(entry.Name, type, shape, _files[entry.File], entry.Offset);
}
