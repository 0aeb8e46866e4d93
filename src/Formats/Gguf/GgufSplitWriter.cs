// Owns the writing of split GGUF models: which tensor goes into which part, and that all parts appear or none.
namespace Tern.Formats.Gguf;

/// <summary>
/// Writes a model as several files after the convention of llama.cpp's <c>gguf-split</c>: <c>NAME-00001-of-00003.gguf</c>,
/// tensors in order and undivided, all metadata in the first part, and in every part its number, the count of parts and
/// the count of all tensors.
/// </summary>
public static class GgufSplitWriter
{
    /// <summary>
    /// Writes the parts, one tensor at a time. A part is closed when the next tensor would make the file, header
    /// included, longer than the limit; yet every part has at least one tensor, so a part exceeds the limit where that
    /// one tensor (in the first part together with the metadata) does. gguf-split counts the tensors only, so it may
    /// divide the same model a little differently.
    /// </summary>
    /// <remarks>
    /// Opened again, the model's metadata is the given one followed by the first part's <c>split.no</c>,
    /// <c>split.count</c> and <c>split.tensors.count</c>. The other parts hold these three alone, and so their tensors
    /// are aligned to 32 bytes whatever <c>general.alignment</c> says about the first.
    /// </remarks>
    /// <param name="destination">The name before the parts' numbers; a final <c>.gguf</c> does not count. Files there are replaced.</param>
    /// <param name="metadata">As for <see cref="GgufWriter"/>; split keys in it are left out.</param>
    /// <param name="tensors">In file order.</param>
    /// <param name="maxBytesPerFile">The limit in bytes, from 1 on.</param>
    /// <param name="sources">Files that the tensors are read from, which no part may replace.</param>
    /// <param name="progress">Told before each tensor, counted over all parts.</param>
    /// <returns>The paths written; the first opens the model.</returns>
    /// <exception cref="ArgumentException">
    /// A value has a type the format lacks, a name appears twice, a part would replace a source, or the limit is not
    /// positive or so small that there would be more than 65535 parts.
    /// </exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written. Nothing was changed.</exception>
    public static IReadOnlyList<string> Write(
        string destination,
        IReadOnlyDictionary<string, object> metadata,
        IReadOnlyList<GgufTensor> tensors,
        long maxBytesPerFile,
        IReadOnlyCollection<string> sources,
        IProgress<GgufProgress>? progress = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytesPerFile);
        GgufWriter.CheckNames(tensors);
        long alignment = GgufWriter.AlignmentOf(metadata);
        var parts = Distribute(metadata, tensors, alignment, maxBytesPerFile);
        if (parts.Count > GgufSplit.MaxParts)
        {
            throw new ArgumentException(
                $"{maxBytesPerFile} bytes per file make {parts.Count} files, more than the {GgufSplit.MaxParts} that can be numbered; allow larger files",
                nameof(maxBytesPerFile)
            );
        }
        string[] paths = GgufSplit.PathsOf(destination, parts.Count);
        if (GgufSplit.FirstSource(paths, sources) is { } source)
            throw new ArgumentException($"{source} is the source; write to another file", nameof(destination));
        int written = 0;
        AtomicFileSet.Write(
            paths,
            (part, path) =>
            {
                GgufWriter.WriteFile(
                    path,
                    PairsOf(metadata, part, parts.Count, tensors.Count),
                    parts[part],
                    part == 0 ? alignment : GgufFile.DefaultAlignment,
                    tensor => progress?.Report(tensor with { Index = written + tensor.Index, Count = tensors.Count })
                );
                written += parts[part].Count;
            }
        );
        return paths;
    }

    private static List<List<GgufTensor>> Distribute(
        IReadOnlyDictionary<string, object> metadata,
        IReadOnlyList<GgufTensor> tensors,
        long alignment,
        long limit
    )
    {
        List<List<GgufTensor>> parts =
        [
            [],
        ];
        long header = GgufWriter.HeaderLength(PairsOf(metadata, 0, 1, tensors.Count));
        long data = 0;
        foreach (var tensor in tensors)
        {
            long entry = GgufWriter.EntryLength(tensor);
            long length = GgufWriter.AlignUp(tensor.ByteLength, alignment);
            bool fits = checked(GgufWriter.AlignUp(header + entry, alignment) + data + length) <= limit;
            if (!fits && parts[^1].Count > 0)
            {
                alignment = GgufFile.DefaultAlignment;
                header = GgufWriter.HeaderLength(PairsOf(metadata, 1, 1, tensors.Count));
                data = 0;
                length = GgufWriter.AlignUp(tensor.ByteLength, alignment);
                parts.Add([]);
            }
            parts[^1].Add(tensor);
            header += entry;
            data += length;
        }
        return parts;
    }

    private static List<KeyValuePair<string, object>> PairsOf(
        IReadOnlyDictionary<string, object> metadata,
        int part,
        int count,
        int tensorCount
    ) =>
        [
            .. part == 0 ? metadata.Where(pair => !GgufSplit.IsSplitKey(pair.Key)) : [],
            new(GgufSplit.NumberKey, (ushort)part),
            new(GgufSplit.CountKey, (ushort)count),
            new(GgufSplit.TensorCountKey, tensorCount),
        ];
}
