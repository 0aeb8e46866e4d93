// Owns the reading of the JSON and text files that lie beside the weights in a Hugging Face directory.
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Formats;

namespace Tern.Engine.Loading;

/// <summary>Files of a model directory; a GGUF file has none.</summary>
/// <param name="file">The model.</param>
internal sealed class SideFiles(ModelFile file)
{
    /// <summary>Largest file that is read; the largest tokenizer.json in use is under 40 MB.</summary>
    public const long MaxBytes = 256L << 20;

    private readonly string? _folder = Directory.Exists(file.Path) ? file.Path : null;

    /// <summary>Whether the model is a directory.</summary>
    public bool IsDirectory => _folder is not null;

    /// <summary>The file's path, for errors.</summary>
    public string PathOf(string name) => Path.Combine(file.Path, name);

    /// <summary>A file's text, or null when it is not there.</summary>
    /// <exception cref="ModelFormatException">It is too large.</exception>
    public string? Text(string name)
    {
        if (_folder is null || !File.Exists(PathOf(name)))
            return null;
        long length = new FileInfo(PathOf(name)).Length;
        if (length > MaxBytes)
            throw new ModelFormatException(PathOf(name), "length", $"{length} bytes, at most {MaxBytes} are read");
        return File.ReadAllText(PathOf(name));
    }

    /// <summary>A file's JSON object, or null when it is not there.</summary>
    /// <exception cref="ModelFormatException">It is too large or no JSON object.</exception>
    public JsonObject? Json(string name)
    {
        if (Text(name) is not { } text)
            return null;
        try
        {
            return JsonNode.Parse(text) as JsonObject
                ?? throw new ModelFormatException(PathOf(name), "root", "is no JSON object");
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new ModelFormatException(PathOf(name), "root", $"is no JSON object: {error.Message}", error);
        }
    }
}
