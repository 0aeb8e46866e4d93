// Owns the header of a safetensors file: JSON that is believed only after every number in it was checked.
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Tern.Tensors.Memory;

namespace Tern.Formats.Safetensors;

/// <summary>Parses and validates a header as the reference implementation does (github.com/huggingface/safetensors).</summary>
internal sealed class SafetensorsHeader
{
    private const long MaxHeaderBytes = 100_000_000;
    private const string Field = "header";
    private const string MetadataKey = "__metadata__";
    private readonly MappedFile _file;
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly long _dataStart;

    private SafetensorsHeader(MappedFile file, long dataStart)
    {
        _file = file;
        _dataStart = dataStart;
    }

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    public static SafetensorsHeader Parse(MappedFile file)
    {
        if (file.Length < 8)
            throw Error(file, $"the file has {file.Length} bytes, too short for the 8 bytes of the header's length");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, 8));
        if (length > (ulong)(file.Length - 8))
        {
            throw Error(
                file,
                $"header length {length} exceeds the {file.Length - 8} bytes after it; the file is truncated or damaged"
            );
        }
        if (length > MaxHeaderBytes)
            throw Error(file, $"header length {length} exceeds the limit of {MaxHeaderBytes} bytes");
        var json = file.Slice(8, (int)length);
        if (!Utf8.IsValid(json))
            throw Error(file, "the header is not valid UTF-8");
        var header = new SafetensorsHeader(file, 8 + (long)length);
        try
        {
            header.ReadEntries(json);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(file.Path, Field, $"the header is not the JSON expected: {e.Message}", e);
        }
        header.CheckLayout();
        return header;
    }

    private void ReadEntries(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Error("the header is no JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = ReadText(ref reader, Field);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Error(name, "the header's entry is no JSON object");
            if (name == MetadataKey)
                ReadMetadata(ref reader);
            else
                ReadEntry(ref reader, name);
        }
        while (reader.Read()) { } // anything but white space after the object is a JsonException
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = ReadText(ref reader, MetadataKey);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Error(MetadataKey, $"metadata '{key}' is a {reader.TokenType}, expected a string");
            if (!_metadata.TryAdd(key, ReadText(ref reader, MetadataKey)))
                throw Error(MetadataKey, $"duplicate metadata key '{key}'");
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (name.Length == 0)
            throw Error("a tensor's name is empty");
        SafetensorsType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = ReadText(ref reader, name);
            reader.Read();
            switch (property)
            {
                case "dtype" when type is null:
                    type = ReadType(ref reader, name);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, "shape");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, "data_offsets");
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Error(name, $"duplicate property '{property}' in the header");
                default:
                    reader.Skip();
                    break;
            }
        }
        if (type is null)
            throw Error(name, "dtype is missing from the header");
        if (shape is null)
            throw Error(name, "shape is missing from the header");
        if (offsets is not [var begin, var end])
            throw Error(
                name,
                $"data_offsets must be two numbers, {(offsets is null ? "missing" : offsets.Count)} given"
            );
        long data = _file.Length - _dataStart;
        if (begin > end || end > data)
            throw Error(name, $"data_offsets [{begin}, {end}] exceed the {data} bytes of data or are reversed");
        long size = SizeOf(name, type, shape);
        if (size != end - begin)
            throw Error(name, $"the shape needs {size} bytes of {type.Name}, but data_offsets hold {end - begin}");
        if (!_entries.TryAdd(name, new SafetensorsEntry(_file.Path, name, type, shape, _dataStart + begin, size)))
            throw Error(name, "duplicate tensor name: a name may appear once");
    }

    private SafetensorsType ReadType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Error(name, $"dtype is a {reader.TokenType}, expected a string");
        string text = ReadText(ref reader, name);
        return SafetensorsType.All.FirstOrDefault(t => t.Name == text)
            ?? throw Error(
                name,
                $"dtype '{text}' is unknown (known are {string.Join(", ", SafetensorsType.All.Select(t => t.Name))})"
            );
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string property)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Error(name, $"{property} is a {reader.TokenType}, expected an array of integers");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Error(
                    name,
                    $"{property} must hold integers from 0 to 2^63-1; item {numbers.Count} is negative, fractional, too large or no number"
                );
            }
            numbers.Add(number);
        }
        return numbers;
    }

    private long SizeOf(string name, SafetensorsType type, List<long> shape)
    {
        try
        {
            long elements = 1;
            foreach (long dimension in shape)
                elements = checked(elements * dimension);
            return checked(elements * type.Bytes);
        }
        catch (OverflowException e)
        {
            throw new ModelFormatException(_file.Path, name, "the shape's size overflows 63 bits", e);
        }
    }

    /// <summary>The data must be covered exactly: no overlap, no hole, nothing behind the last tensor.</summary>
    private void CheckLayout()
    {
        long covered = _dataStart;
        foreach (var entry in _entries.Values.OrderBy(e => e.Offset).ThenBy(e => e.ByteLength))
        {
            if (entry.Offset != covered)
            {
                string what = entry.Offset < covered ? "overlaps the tensor before it" : "leaves a hole before it";
                throw Error(
                    entry.Name,
                    $"{what}: data_offsets begin at {entry.Offset - _dataStart}, expected {covered - _dataStart}"
                );
            }
            covered += entry.ByteLength;
        }
        if (covered != _file.Length)
            throw Error("data", $"{_file.Length - covered} trailing bytes after the last tensor's data");
    }

    private string ReadText(ref Utf8JsonReader reader, string field)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e) // an escaped lone surrogate
        {
            throw new ModelFormatException(_file.Path, field, "the header has a JSON string that is not Unicode", e);
        }
    }

    private ModelFormatException Error(string problem) => Error(_file, problem);

    private ModelFormatException Error(string name, string problem) => new(_file.Path, name, problem);

    private static ModelFormatException Error(MappedFile file, string problem) => new(file.Path, Field, problem);
}
