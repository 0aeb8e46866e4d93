// Owns the writing of GGUF files: header and entries first, then the tensors one after another, never all in memory.
using System.Text;

namespace Tern.Formats.Gguf;

/// <summary>Writes GGUF version 3, little-endian, whole or not at all.</summary>
public static class GgufWriter
{
    private const uint Version = 3;

    /// <summary>Writes an opened model as one GGUF file, its tensors as they are.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string destination, ModelFile source) =>
        Write(destination, source.Metadata.Values, [.. source.Tensors.Values.Select(GgufTensor.From)]);

    /// <summary>Writes a file.</summary>
    /// <param name="destination">The file to create or replace.</param>
    /// <param name="metadata">Values of the types that <see cref="Metadata"/> names, in file order; keys of split models are left out.</param>
    /// <param name="tensors">In file order.</param>
    /// <param name="progress">Told before each tensor.</param>
    /// <exception cref="ArgumentException">A value has a type the format lacks, or a name appears twice.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(
        string destination,
        IReadOnlyDictionary<string, object> metadata,
        IReadOnlyList<GgufTensor> tensors,
        IProgress<GgufProgress>? progress = null
    )
    {
        CheckNames(tensors);
        var pairs = metadata.Where(p => !GgufSplit.IsSplitKey(p.Key)).ToList();
        WriteFile(destination, pairs, tensors, AlignmentOf(metadata), tensor => progress?.Report(tensor));
    }

    /// <summary>Writes one file, whole or part of a split model, with exactly these pairs.</summary>
    internal static void WriteFile(
        string destination,
        IReadOnlyList<KeyValuePair<string, object>> pairs,
        IReadOnlyList<GgufTensor> tensors,
        long alignment,
        Action<GgufProgress> report
    )
    {
        byte[] header = BuildHeader(pairs, tensors, alignment);
        long length = header.Length + tensors.Sum(t => AlignUp(t.ByteLength, alignment));
        AtomicFile.Write(
            destination,
            length,
            stream =>
            {
                stream.Write(header);
                for (int i = 0; i < tensors.Count; i++)
                {
                    report(new GgufProgress(tensors[i].Name, tensors[i].Type, i, tensors.Count));
                    long end = stream.Position + tensors[i].ByteLength;
                    tensors[i].Write(stream);
                    if (stream.Position != end)
                        throw new InvalidOperationException(
                            $"tensor '{tensors[i].Name}' wrote another size than announced"
                        );
                    AtomicFile.Pad(stream, alignment);
                }
            }
        );
    }

    /// <summary>Throws when two tensors share a name.</summary>
    internal static void CheckNames(IReadOnlyList<GgufTensor> tensors)
    {
        if (tensors.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
            throw new ArgumentException($"two tensors are named '{twice.Key}'", nameof(tensors));
    }

    /// <summary>The alignment of tensors that the metadata asks for.</summary>
    internal static long AlignmentOf(IReadOnlyDictionary<string, object> metadata) =>
        !metadata.TryGetValue(GgufFile.AlignmentKey, out object? value) ? GgufFile.DefaultAlignment
        : value is uint and >= 8 && uint.IsPow2((uint)value) ? (uint)value
        : throw new ArgumentException($"{GgufFile.AlignmentKey} {value} is not a UInt32 power of two from 8 on");

    /// <summary>The next multiple.</summary>
    internal static long AlignUp(long value, long alignment) => checked(value + alignment - 1) / alignment * alignment;

    /// <summary>Bytes of a header without tensors, before it is aligned.</summary>
    internal static long HeaderLength(IReadOnlyList<KeyValuePair<string, object>> pairs) =>
        BuildHeader(pairs, [], alignment: 1).Length;

    /// <summary>Bytes that a tensor adds to the header: name, rank, dimensions, type, offset.</summary>
    internal static long EntryLength(GgufTensor tensor) =>
        sizeof(ulong)
        + Encoding.UTF8.GetByteCount(tensor.Name)
        + sizeof(uint)
        + sizeof(long) * (long)tensor.Shape.Count
        + sizeof(uint)
        + sizeof(ulong);

    private static byte[] BuildHeader(
        IReadOnlyList<KeyValuePair<string, object>> pairs,
        IReadOnlyList<GgufTensor> tensors,
        long alignment
    )
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(GgufFile.Magic);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)pairs.Count);
        foreach (var (key, value) in pairs)
        {
            WriteString(writer, key);
            WriteValue(writer, key, value);
        }
        long offset = 0;
        foreach (var tensor in tensors)
        {
            WriteString(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            foreach (long dimension in tensor.Shape.Reverse())
                writer.Write(dimension);
            writer.Write((uint)tensor.Type);
            writer.Write(offset);
            offset += AlignUp(tensor.ByteLength, alignment);
        }
        AtomicFile.Pad(buffer, alignment);
        return buffer.ToArray();
    }

    private static void WriteString(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteValue(BinaryWriter writer, string key, object value)
    {
        if (value is Array array)
        {
            writer.Write((uint)GgufValueType.Array);
            WriteArray(writer, key, array);
            return;
        }
        writer.Write((uint)TypeOf(key, value.GetType()));
        WriteScalar(writer, value);
    }

    private static void WriteScalar(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                WriteString(writer, text);
                break;
            case bool truth:
                writer.Write(truth);
                break;
            case byte number:
                writer.Write(number);
                break;
            case sbyte number:
                writer.Write(number);
                break;
            case ushort number:
                writer.Write(number);
                break;
            case short number:
                writer.Write(number);
                break;
            case uint number:
                writer.Write(number);
                break;
            case int number:
                writer.Write(number);
                break;
            case ulong number:
                writer.Write(number);
                break;
            case long number:
                writer.Write(number);
                break;
            case float number:
                writer.Write(number);
                break;
            case double number:
                writer.Write(number);
                break;
        }
    }

    private static void WriteArray(BinaryWriter writer, string key, Array array)
    {
        writer.Write((uint)TypeOf(key, array.GetType().GetElementType()!));
        writer.Write((ulong)array.Length);
        foreach (object item in array)
            WriteScalar(writer, item);
    }

    private static GgufValueType TypeOf(string key, Type type) =>
        Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => GgufValueType.UInt8,
            TypeCode.SByte => GgufValueType.Int8,
            TypeCode.UInt16 => GgufValueType.UInt16,
            TypeCode.Int16 => GgufValueType.Int16,
            TypeCode.UInt32 => GgufValueType.UInt32,
            TypeCode.Int32 => GgufValueType.Int32,
            TypeCode.UInt64 => GgufValueType.UInt64,
            TypeCode.Int64 => GgufValueType.Int64,
            TypeCode.Single => GgufValueType.Float32,
            TypeCode.Double => GgufValueType.Float64,
            TypeCode.Boolean => GgufValueType.Bool,
            TypeCode.String => GgufValueType.String,
            _ => throw new ArgumentException($"metadata '{key}' has type {type}, which GGUF cannot hold"),
        };
}
