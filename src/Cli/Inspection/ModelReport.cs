// Owns what "tern inspect" tells about a model.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tern.Cli.Terminal;
using Tern.Formats;
using Tern.Tensors;

namespace Tern.Cli.Inspection;

/// <summary>Metadata, tensors and totals of one model, as text or JSON.</summary>
/// <param name="model">The opened model.</param>
internal sealed class ModelReport(ModelFile model)
{
    private readonly long _parameters = model.Tensors.Values.Sum(tensor => tensor.Elements);
    private readonly long _bytes = model.Tensors.Values.Sum(tensor => tensor.ByteLength);

    private double BitsPerWeight => _parameters == 0 ? 0 : 8.0 * _bytes / _parameters;

    private string Architecture => model.Metadata.GetString("general.architecture", "");

    /// <summary>Tables for people.</summary>
    public void WriteText(TextWriter writer)
    {
        writer.WriteLine(model.Path);
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Printable.Text(Architecture)}, {Printable.Count(_parameters)} parameters, {Printable.Bytes(_bytes)}, {BitsPerWeight:F2} bits per weight"
            )
        );
        writer.WriteLine($"\nMetadata ({model.Metadata.Values.Count})");
        var metadata = new TextTable(false, false, false);
        foreach (var (key, value) in model.Metadata.Values)
            metadata.Add(Printable.Text(key), MetadataValues.TypeOf(value), MetadataValues.Short(value));
        metadata.Write(writer, "  ");

        writer.WriteLine($"\nTensors ({model.Tensors.Count}), shapes outermost first");
        var tensors = new TextTable(false, false, false, true);
        foreach (var tensor in model.Tensors.Values)
            tensors.Add(
                Printable.Text(tensor.Name),
                $"{tensor.Type}",
                $"[{string.Join(", ", tensor.Shape.ToArray())}]",
                $"{tensor.ByteLength}"
            );
        tensors.Write(writer, "  ");

        writer.WriteLine("\nBy type");
        var types = new TextTable(false, true, true, true);
        foreach (var (type, group) in ByType())
            types.Add(
                $"{type}",
                $"{group.Count} tensors",
                $"{Printable.Count(group.Sum(t => t.Elements))} parameters",
                Printable.Bytes(group.Sum(t => t.ByteLength))
            );
        types.Write(writer, "  ");
    }

    /// <summary>One JSON object.</summary>
    /// <param name="full">Whether long arrays are written out.</param>
    public string Json(bool full)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options))
            WriteJson(writer, full);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void WriteJson(Utf8JsonWriter writer, bool full)
    {
        writer.WriteStartObject();
        writer.WriteString("path", model.Path);
        writer.WriteString("architecture", Architecture);
        writer.WriteNumber("parameters", _parameters);
        writer.WriteNumber("weight_bytes", _bytes);
        writer.WriteNumber("bits_per_weight", BitsPerWeight);
        writer.WriteStartObject("metadata");
        foreach (var (key, value) in model.Metadata.Values)
        {
            writer.WritePropertyName(key);
            MetadataValues.WriteJson(writer, value, full);
        }
        writer.WriteEndObject();
        writer.WriteStartArray("tensors");
        foreach (var tensor in model.Tensors.Values)
            WriteTensor(writer, tensor);
        writer.WriteEndArray();
        writer.WriteStartObject("tensor_types");
        foreach (var (type, group) in ByType())
            writer.WriteNumber($"{type}", group.Count);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter writer, Tensor tensor)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tensor.Name);
        writer.WriteString("type", $"{tensor.Type}");
        writer.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
            writer.WriteNumberValue(dimension);
        writer.WriteEndArray();
        writer.WriteNumber("bytes", tensor.ByteLength);
        writer.WriteEndObject();
    }

    private IEnumerable<(DType Type, IReadOnlyList<Tensor> Group)> ByType() =>
        model
            .Tensors.Values.GroupBy(t => t.Type)
            .OrderBy(g => g.Key)
            .Select(g => (g.Key, (IReadOnlyList<Tensor>)[.. g]));
}
