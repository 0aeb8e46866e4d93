// Owns how metadata pairs of a GGUF file become .NET values.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tern.Formats.Gguf;

/// <summary>Reads the metadata section.</summary>
internal static class GgufMetadataReader
{
    // Key length, one byte of key, value type, one byte of value.
    private const int SmallestPair = 8 + 1 + 4 + 1;

    public static OrderedDictionary<string, object> Read(GgufCursor cursor, int count)
    {
        var pairs = new OrderedDictionary<string, object>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string field = $"metadata pair {i}";
            string key = cursor.ReadString(field, "the key", strict: true);
            if (key.Length == 0)
                throw cursor.Error(field, "the key is empty");
            object value = ReadValue(cursor, key, cursor.ReadUInt32(key));
            if (!pairs.TryAdd(key, value))
                throw cursor.Error(key, "duplicate metadata key: a key may appear once");
        }
        return pairs;
    }

    /// <summary>Checks the number of pairs against the bytes left, before it is believed.</summary>
    public static void CheckCount(GgufCursor cursor, ulong count)
    {
        if (count > (ulong)(cursor.Remaining / SmallestPair))
        {
            throw cursor.Error(
                "metadata_kv_count",
                $"{count} pairs exceed what the {cursor.Remaining} bytes after the header can hold; the file is truncated or damaged"
            );
        }
    }

    private static object ReadValue(GgufCursor cursor, string key, uint type) =>
        (GgufValueType)type switch
        {
            GgufValueType.UInt8 => cursor.ReadByte(key),
            GgufValueType.Int8 => (sbyte)cursor.ReadByte(key),
            GgufValueType.UInt16 => cursor.ReadUInt16(key),
            GgufValueType.Int16 => (short)cursor.ReadUInt16(key),
            GgufValueType.UInt32 => cursor.ReadUInt32(key),
            GgufValueType.Int32 => (int)cursor.ReadUInt32(key),
            GgufValueType.UInt64 => cursor.ReadUInt64(key),
            GgufValueType.Int64 => (long)cursor.ReadUInt64(key),
            GgufValueType.Float32 => BitConverter.UInt32BitsToSingle(cursor.ReadUInt32(key)),
            GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(cursor.ReadUInt64(key)),
            GgufValueType.Bool => ReadBool(cursor, key),
            GgufValueType.String => cursor.ReadString(key, "the value", strict: false),
            GgufValueType.Array => ReadArray(cursor, key),
            _ => throw cursor.Error(key, $"value type {type} is unknown (known are 0 to 12)"),
        };

    private static object ReadArray(GgufCursor cursor, string key)
    {
        uint type = cursor.ReadUInt32(key);
        return (GgufValueType)type switch
        {
            GgufValueType.UInt8 => ReadNumbers<byte>(cursor, key),
            GgufValueType.Int8 => ReadNumbers<sbyte>(cursor, key),
            GgufValueType.UInt16 => ReadNumbers<ushort>(cursor, key),
            GgufValueType.Int16 => ReadNumbers<short>(cursor, key),
            GgufValueType.UInt32 => ReadNumbers<uint>(cursor, key),
            GgufValueType.Int32 => ReadNumbers<int>(cursor, key),
            GgufValueType.UInt64 => ReadNumbers<ulong>(cursor, key),
            GgufValueType.Int64 => ReadNumbers<long>(cursor, key),
            GgufValueType.Float32 => ReadNumbers<float>(cursor, key),
            GgufValueType.Float64 => ReadNumbers<double>(cursor, key),
            GgufValueType.Bool => ReadMany(cursor, key, 1, static (c, k) => ReadBool(c, k)),
            GgufValueType.String => ReadMany(
                cursor,
                key,
                8,
                static (c, k) => c.ReadString(k, "an array item's", strict: false)
            ),
            GgufValueType.Array => throw cursor.Error(
                key,
                "an array of arrays: nested arrays are not supported, as in other readers of the format"
            ),
            _ => throw cursor.Error(key, $"array element type {type} is unknown (known are 0 to 12)"),
        };
    }

    private static T[] ReadNumbers<T>(GgufCursor cursor, string key)
        where T : unmanaged
    {
        int count = cursor.ReadCount(key, "array item", Unsafe.SizeOf<T>());
        if (count > int.MaxValue / Unsafe.SizeOf<T>())
            throw cursor.Error(key, $"an array of {count} items exceeds the limit of 2 GiB");
        var items = new T[count];
        cursor.Take(count * Unsafe.SizeOf<T>(), key).CopyTo(MemoryMarshal.AsBytes(items.AsSpan()));
        return items;
    }

    private static T[] ReadMany<T>(GgufCursor cursor, string key, int minimumBytes, Func<GgufCursor, string, T> read)
    {
        var items = new T[cursor.ReadCount(key, "array item", minimumBytes)];
        for (int i = 0; i < items.Length; i++)
            items[i] = read(cursor, key);
        return items;
    }

    private static bool ReadBool(GgufCursor cursor, string key) =>
        cursor.ReadByte(key) switch
        {
            0 => false,
            1 => true,
            var other => throw cursor.Error(key, $"a bool has the value {other}, expected 0 or 1"),
        };
}
