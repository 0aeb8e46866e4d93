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

    /// <summary>The file's path, for errors.</summary>
    public string PathOf(string name) => file.SideFiles.GetValueOrDefault(name, Path.Combine(file.Path, name));

    /// <summary>A file's text, or null when it is not there.</summary>
    /// <exception cref="ModelFormatException">It is too large.</exception>
    public string? Text(string name)
    {
        if (!file.SideFiles.TryGetValue(name, out string? path))
            return null;
        long length = new FileInfo(path).Length;
        if (length > MaxBytes)
            throw new ModelFormatException(path, "length", $"{length} bytes, at most {MaxBytes} are read");
        return File.ReadAllText(path);
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
