// Owns the reading position in a mapped GGUF file. Nothing is read, and nothing sized, before it is known to be there.
using System.Buffers.Binary;
using System.Text;
using Tern.Tensors.Memory;

namespace Tern.Formats.Gguf;

/// <summary>Reads little-endian values in order; every read past the end is a <see cref="ModelFormatException"/>.</summary>
internal sealed class GgufCursor(MappedFile file)
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public long Position { get; private set; }

    public long Remaining => file.Length - Position;

    public byte ReadByte(string field) => Take(1, field)[0];

    public ushort ReadUInt16(string field) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, field));

    public uint ReadUInt32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, field));

    public ulong ReadUInt64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, field));

    /// <summary>A count of things that take at least <paramref name="minimumBytes"/> each, so that it may size memory.</summary>
    public int ReadCount(string field, string things, int minimumBytes)
    {
        ulong count = ReadUInt64(field);
        if (count > (ulong)(Remaining / minimumBytes))
        {
            throw Error(
                field,
                $"{things} count {count} exceeds what the {Remaining} bytes after it can hold; the file is truncated or damaged"
            );
        }
        return count <= int.MaxValue
            ? (int)count
            : throw Error(field, $"{things} count {count} exceeds the limit of {int.MaxValue}");
    }

    /// <summary>
    /// A string. Invalid UTF-8 is refused in names; in values, where files in the wild have it, each bad sequence
    /// becomes U+FFFD.
    /// </summary>
    public string ReadString(string field, string what, bool strict)
    {
        ulong length = ReadUInt64(field);
        if (length > (ulong)Remaining)
        {
            throw Error(
                field,
                $"{what} string length {length} exceeds the {Remaining} bytes that remain; the file is truncated or damaged"
            );
        }
        if (length > int.MaxValue / 2)
            throw Error(field, $"{what} string length {length} exceeds the limit of {int.MaxValue / 2} bytes");
        var bytes = Take((int)length, field);
        try
        {
            return (strict ? Strict : Encoding.UTF8).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelFormatException(file.Path, field, $"{what} is not valid UTF-8", e);
        }
    }

    public ReadOnlySpan<byte> Take(int length, string field)
    {
        if (length > Remaining)
        {
            throw Error(
                field,
                $"needs {length} bytes at offset {Position}, but the file ends at {file.Length}; it is truncated or damaged"
            );
        }
        var bytes = file.Slice(Position, length);
        Position += length;
        return bytes;
    }

    public ModelFormatException Error(string field, string problem) => new(file.Path, field, problem);
}
