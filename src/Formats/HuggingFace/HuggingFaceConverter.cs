// Owns the conversion of a Hugging Face directory to a GGUF file that needs nothing beside it.
using Tern.Formats.Gguf;

namespace Tern.Formats.HuggingFace;

/// <summary>Writes weights, metadata and tokenizer of a directory as one GGUF file.</summary>
public static class HuggingFaceConverter
{
    /// <summary>Converts; tensors are rearranged one at a time.</summary>
    /// <param name="directory">config.json, safetensors and tokenizer.json.</param>
    /// <param name="destination">The file to create or replace.</param>
    /// <param name="fileType">The mixture to convert to; null leaves the element types as they are.</param>
    /// <param name="progress">Told before each tensor.</param>
    /// <param name="cancellation">Ends the work with nothing left behind.</param>
    /// <exception cref="ModelFormatException">A file is damaged or has no counterpart in GGUF.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Convert(
        string directory,
        string destination,
        GgufFileType? fileType = null,
        IProgress<GgufProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var model = HuggingFaceDirectory.Open(directory);
        var metadata = new MetadataBuilder(model.Metadata.GetString("general.architecture"));
        foreach (var (key, value) in model.Metadata.Values)
            metadata.Values.Add(key, value);
        TokenizerMetadata.Write(model, metadata);
        var complete = new ModelFile(directory, new Metadata(model.Metadata.File, metadata.Values), model.Tensors, []);
        if (fileType is { } type)
        {
            GgufQuantizer.Quantize(complete, destination, type, progress, cancellation);
            return;
        }
        metadata.Set("general.quantization_version", 2);
        GgufWriter.Write(destination, metadata.Values, [.. model.Tensors.Values.Select(GgufTensor.From)], progress);
    }
}
