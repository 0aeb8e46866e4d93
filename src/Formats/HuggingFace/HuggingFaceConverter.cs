// Owns the conversion of a Hugging Face directory to a GGUF file that needs nothing beside it.
using Tern.Formats.Gguf;

namespace Tern.Formats.HuggingFace;

/// <summary>Writes weights, metadata and tokenizer of a directory as one GGUF file or a split one.</summary>
public static class HuggingFaceConverter
{
    /// <summary>Converts; tensors are rearranged one at a time.</summary>
    /// <param name="directory">
    /// config.json, safetensors and tokenizer.json; without the last the file has weights alone and takes token ids, not text.
    /// </param>
    /// <param name="destination">The file to create or replace; of a split model, what its parts' names begin with.</param>
    /// <param name="fileType">The mixture to convert to; null leaves the element types as they are.</param>
    /// <param name="progress">Told before each tensor.</param>
    /// <param name="maxBytesPerFile">Splits the model into files of at most so many bytes, see <see cref="GgufSplitWriter"/>; null writes one.</param>
    /// <param name="cancellation">Ends the work with nothing left behind.</param>
    /// <returns>The paths written; the first opens the model.</returns>
    /// <exception cref="ModelFormatException">A file is damaged or has no counterpart in GGUF.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static IReadOnlyList<string> Convert(
        string directory,
        string destination,
        GgufFileType? fileType = null,
        IProgress<GgufProgress>? progress = null,
        long? maxBytesPerFile = null,
        CancellationToken cancellation = default
    )
    {
        using var model = HuggingFaceDirectory.Open(directory);
        string architecture = model.Metadata.GetString("general.architecture");
        var metadata = new MetadataBuilder(architecture);
        foreach (var (key, value) in model.Metadata.Values)
            metadata.Values.Add(key, value);
        if (TokenizerFiles.Find(model) is { } tokenizer)
            TokenizerMetadata.Write(tokenizer, model.Metadata.GetInt($"{architecture}.vocab_size"), metadata);
        var complete = new ModelFile(directory, new Metadata(model.Metadata.File, metadata.Values), model.Tensors, []);
        if (fileType is { } type)
            return GgufQuantizer.Quantize(complete, destination, type, progress, maxBytesPerFile, cancellation);
        metadata.Set("general.quantization_version", 2);
        GgufTensor[] tensors = [.. model.Tensors.Values.Select(GgufTensor.From)];
        if (maxBytesPerFile is { } limit)
            return GgufSplitWriter.Write(destination, metadata.Values, tensors, limit, [], progress);
        GgufWriter.Write(destination, metadata.Values, tensors, progress);
        return [destination];
    }
}
