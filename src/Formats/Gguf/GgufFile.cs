// Owns the layout of one GGUF file: header, metadata, tensor entries, data.
using System.Buffers.Binary;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Formats.Gguf;

/// <summary>One parsed GGUF file (github.com/ggml-org/ggml docs/gguf.md), versions 2 and 3, little-endian.</summary>
internal sealed class GgufFile : IDisposable
{
    public const uint Magic = 0x46554747; // "GGUF"
    public const int DefaultAlignment = 32;
    public const string AlignmentKey = "general.alignment";
    private const uint NewestVersion = 3;
    private const int MaxDimensions = 4;

    // Name length, one byte of name, dimension count, one dimension, type, offset.
    private const int SmallestTensor = 8 + 1 + 4 + 8 + 4 + 8;

    private GgufFile(
        MappedFile mapping,
        OrderedDictionary<string, object> values,
        OrderedDictionary<string, Tensor> tensors
    )
    {
        Mapping = mapping;
        Metadata = new Metadata(mapping.Path, values);
        Tensors = tensors;
    }

    public MappedFile Mapping { get; }

    public Metadata Metadata { get; }

    public OrderedDictionary<string, Tensor> Tensors { get; }

    public static GgufFile Open(string path)
    {
        var mapping = MappedFile.Open(path);
        try
        {
            return Parse(mapping);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    public void Dispose() => Mapping.Dispose();

    private static GgufFile Parse(MappedFile mapping)
    {
        var cursor = new GgufCursor(mapping);
        CheckMagic(cursor);
        CheckVersion(cursor);
        ulong tensorCount = cursor.ReadUInt64("tensor_count");
        ulong pairCount = cursor.ReadUInt64("metadata_kv_count");
        if (tensorCount > (ulong)(cursor.Remaining / SmallestTensor))
        {
            throw cursor.Error(
                "tensor_count",
                $"{tensorCount} tensors exceed what the {cursor.Remaining} bytes after the header can hold; the file is truncated or damaged"
            );
        }
        GgufMetadataReader.CheckCount(cursor, pairCount);
        var values = GgufMetadataReader.Read(cursor, (int)Math.Min(pairCount, int.MaxValue));
        int alignment = ReadAlignment(cursor, values);
        var entries = new List<Entry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (ulong i = 0; i < tensorCount; i++)
        {
            var entry = ReadEntry(cursor, i, alignment);
            if (!names.Add(entry.Name))
                throw cursor.Error(entry.Name, "duplicate tensor name: a name may appear once");
            entries.Add(entry);
        }
        long start = cursor.Position + (alignment - cursor.Position % alignment) % alignment;
        if (start > mapping.Length && entries.Count > 0)
        {
            throw cursor.Error(
                "tensor data",
                $"would start at {start} (alignment {alignment}), past the end of the file at {mapping.Length}; the file is truncated or damaged"
            );
        }
        return new GgufFile(mapping, values, PlaceTensors(cursor, mapping, entries, start));
    }

    private static void CheckMagic(GgufCursor cursor)
    {
        if (cursor.Remaining == 0)
            throw cursor.Error("magic", "the file is empty, expected a GGUF file");
        uint magic = cursor.ReadUInt32("magic");
        if (magic == Magic)
            return;
        string problem = magic switch
        {
            0x67676a74 or 0x67676d66 or 0x67676d6c =>
                "not a GGUF file but a legacy GGML container (magic ggjt, ggmf or ggml); convert it to GGUF first",
            _ => $"not a GGUF file: magic is 0x{magic:x8}, expected 0x{Magic:x8} (\"GGUF\")",
        };
        throw cursor.Error("magic", problem);
    }

    private static void CheckVersion(GgufCursor cursor)
    {
        uint version = cursor.ReadUInt32("version");
        if (version is 2 or NewestVersion)
            return;
        uint swapped = BinaryPrimitives.ReverseEndianness(version);
        throw cursor.Error(
            "version",
            swapped is > 0 and <= NewestVersion
                ? $"version is byte-swapped ({swapped}): a big-endian file, only little-endian files are supported"
                : $"version {version} is not supported (supported are 2 and {NewestVersion})"
        );
    }

    private static int ReadAlignment(GgufCursor cursor, OrderedDictionary<string, object> values)
    {
        if (!values.TryGetValue(AlignmentKey, out object? value))
            return DefaultAlignment;
        return value is uint alignment and >= 8 and <= 1 << 30 && uint.IsPow2(alignment)
            ? (int)alignment
            : throw cursor.Error(
                AlignmentKey,
                $"alignment {value} ({value.GetType().Name}) is not supported, expected a UInt32 power of two from 8 to 2^30"
            );
    }

    private static Entry ReadEntry(GgufCursor cursor, ulong index, int alignment)
    {
        string field = $"tensor {index}";
        string name = cursor.ReadString(field, "the tensor's name", strict: true);
        if (name.Length == 0)
            throw cursor.Error(field, "the tensor's name is empty");
        uint rank = cursor.ReadUInt32(name);
        if (rank is 0 or > MaxDimensions)
            throw cursor.Error(name, $"tensor has {rank} dimensions, expected 1 to {MaxDimensions}");
        var shape = new long[rank];
        long elements = 1;
        for (int i = 0; i < rank; i++)
        {
            ulong dimension = cursor.ReadUInt64(name);
            if (dimension == 0)
                throw cursor.Error(name, $"dimension {i} is zero, the shape has no element");
            if (dimension > long.MaxValue || elements > long.MaxValue / (long)dimension)
                throw cursor.Error(name, $"dimension {i} is {dimension}: the shape is too large (overflow of 63 bits)");
            elements *= (long)dimension;
            shape[rank - 1 - i] = (long)dimension; // the file has the innermost dimension first
        }
        uint number = cursor.ReadUInt32(name);
        var type = (DType)number;
        if (number > int.MaxValue || !DTypes.IsKnown(type))
            throw cursor.Error(name, $"tensor type {number} is unknown");
        if (shape[^1] % type.ElementsPerBlock() != 0)
        {
            throw cursor.Error(
                name,
                $"rows of {shape[^1]} elements are no multiple of the block of {type.ElementsPerBlock()} elements of type {type}"
            );
        }
        long blocks = elements / type.ElementsPerBlock();
        if (blocks > long.MaxValue / type.BytesPerBlock())
            throw cursor.Error(name, $"the tensor of {elements} elements is too large (overflow of 63 bits in bytes)");
        ulong offset = cursor.ReadUInt64(name);
        if (offset % (ulong)alignment != 0)
            throw cursor.Error(name, $"offset {offset} is not a multiple of the alignment {alignment}");
        return new Entry(name, type, shape, offset, blocks * type.BytesPerBlock());
    }

    private static OrderedDictionary<string, Tensor> PlaceTensors(
        GgufCursor cursor,
        MappedFile mapping,
        List<Entry> entries,
        long start
    )
    {
        foreach (var entry in entries)
        {
            if (
                entry.Offset > (ulong)(mapping.Length - start)
                || entry.Bytes > mapping.Length - start - (long)entry.Offset
            )
            {
                throw cursor.Error(
                    entry.Name,
                    $"{entry.Bytes} bytes at offset {entry.Offset} of the tensor data reach past the end of the file ({mapping.Length - start} bytes of data); it is truncated or damaged"
                );
            }
        }
        Entry? before = null;
        foreach (var entry in entries.OrderBy(e => e.Offset))
        {
            if (before is not null && (long)before.Offset + before.Bytes > (long)entry.Offset)
            {
                throw cursor.Error(
                    entry.Name,
                    $"overlaps tensor '{before.Name}' ({before.Bytes} bytes at offset {before.Offset}; this one is at {entry.Offset})"
                );
            }
            before = entry;
        }
        var tensors = new OrderedDictionary<string, Tensor>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            long offset = start + (long)entry.Offset;
            tensors.Add(entry.Name, new Tensor(entry.Name, entry.Type, entry.Shape, mapping, offset));
        }
        return tensors;
    }

    private sealed record Entry(string Name, DType Type, long[] Shape, ulong Offset, long Bytes);
}
