// Owns the conversion of a model to another mixture of element types, tensor by tensor.
using System.Buffers;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Formats.Gguf;

/// <summary>Writes a model again with its matrices quantized, or as plain floats.</summary>
public static class GgufQuantizer
{
    private const string FileTypeKey = "general.file_type";
    private const string VersionKey = "general.quantization_version";

    // ggml's GGML_QNT_VERSION: the layout of the blocks.
    private const uint BlockVersion = 2;

    // What is converted at once: large enough for all cores, small beside any model.
    private const long ElementsAtOnce = 1 << 24;

    /// <summary>The element type each tensor would get, in the order of the new file.</summary>
    /// <exception cref="ModelFormatException">The model lacks a key that the choice of types needs.</exception>
    public static IReadOnlyList<KeyValuePair<Tensor, DType>> Plan(ModelFile source, GgufFileType fileType)
    {
        var mixture = new QuantizationMixture(source, fileType);
        return [.. QuantizationMixture.Order(source).Select(t => KeyValuePair.Create(t, mixture.TypeOf(t)))];
    }

    /// <summary>Quantizes to one GGUF file or a split one, rows on all cores.</summary>
    /// <param name="source">Any opened model; its own files must not be among those written.</param>
    /// <param name="destination">The file to create or replace; of a split model, what its parts' names begin with.</param>
    /// <param name="fileType">The mixture.</param>
    /// <param name="progress">Told before each tensor.</param>
    /// <param name="maxBytesPerFile">Splits the model into files of at most so many bytes, see <see cref="GgufSplitWriter"/>; null writes one.</param>
    /// <param name="cancellation">Ends the work with nothing left behind.</param>
    /// <returns>The paths written; the first opens the model.</returns>
    /// <exception cref="ModelFormatException">The model lacks a key that the choice of types needs, or a weight is not finite.</exception>
    /// <exception cref="ArgumentException">The destination is a source, or the limit cannot be kept.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static IReadOnlyList<string> Quantize(
        ModelFile source,
        string destination,
        GgufFileType fileType,
        IProgress<GgufProgress>? progress = null,
        long? maxBytesPerFile = null,
        CancellationToken cancellation = default
    )
    {
        string[] sources = GgufSplit.FilesOf(source);
        if (maxBytesPerFile is null && GgufSplit.FirstSource([destination], sources) is not null)
            throw new ArgumentException($"{destination} is the source; write to another file", nameof(destination));
        var tensors = Plan(source, fileType)
            .Select(pair => Convert(source, pair.Key, pair.Value, cancellation))
            .ToList();
        var metadata = new OrderedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, value) in source.Metadata.Values)
        {
            if (key is not (FileTypeKey or VersionKey))
                metadata.Add(key, value);
        }
        metadata.Add(VersionKey, BlockVersion);
        metadata.Add(FileTypeKey, (uint)fileType);
        if (maxBytesPerFile is { } limit)
            return GgufSplitWriter.Write(destination, metadata, tensors, limit, sources, progress);
        GgufWriter.Write(destination, metadata, tensors, progress);
        return [destination];
    }

    private static GgufTensor Convert(ModelFile source, Tensor tensor, DType type, CancellationToken cancellation) =>
        tensor.Type == type
            ? GgufTensor.From(tensor)
            : new GgufTensor(
                tensor.Name,
                type,
                tensor.Shape.ToArray(),
                stream =>
                {
                    try
                    {
                        WriteConverted(tensor, type, stream, cancellation);
                    }
                    catch (AggregateException e) when (e.InnerException is ArgumentException cause)
                    {
                        throw new ModelFormatException(source.Path, tensor.Name, cause.Message, cause);
                    }
                }
            );

    private static void WriteConverted(Tensor tensor, DType type, Stream stream, CancellationToken cancellation)
    {
        int columns = checked((int)tensor.Columns);
        int rowBytes = checked((int)type.RowBytes(columns));
        int rowsAtOnce = (int)Math.Clamp(ElementsAtOnce / columns, 1, Math.Min(tensor.Rows, int.MaxValue / rowBytes));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(checked(rowsAtOnce * rowBytes));
        var options = new ParallelOptions { CancellationToken = cancellation };
        try
        {
            for (long first = 0; first < tensor.Rows; first += rowsAtOnce)
            {
                int rows = (int)Math.Min(rowsAtOnce, tensor.Rows - first);
                long start = first;
                Parallel.For(
                    0,
                    rows,
                    options,
                    () => new float[columns],
                    (row, _, values) =>
                    {
                        Dequantizer.Row(tensor.Type, tensor.Row(start + row), values);
                        Quantizer.Row(type, values, buffer.AsSpan(row * rowBytes, rowBytes));
                        return values;
                    },
                    static _ => { }
                );
                stream.Write(buffer, 0, rows * rowBytes);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        tensor.Release();
    }
}
