// Owns how metadata values are named and shown.
using System.Globalization;
using System.Text.Json;
using Tern.Cli.Terminal;

namespace Tern.Cli.Inspection;

/// <summary>Metadata values for people and for scripts.</summary>
internal static class MetadataValues
{
    private const int ShownCharacters = 60;
    private const int ShownItems = 4;
    private const int ListedItems = 16;

    /// <summary>GGUF's name of a value's type: "uint32", "string", "string[32000]".</summary>
    public static string TypeOf(object value) =>
        value is Array array ? $"{NameOf(array.GetType().GetElementType()!)}[{array.Length}]" : NameOf(value.GetType());

    /// <summary>One line: long texts and arrays are cut.</summary>
    public static string Short(object value)
    {
        if (value is not Array array)
            return Scalar(value);
        var items = array.Cast<object>().Take(ShownItems).Select(Scalar);
        return string.Join(", ", items) + (array.Length > ShownItems ? ", …" : "");
    }

    /// <summary>Writes a value; an array of more than 16 items as its type, count and first items unless all are wanted.</summary>
    public static void WriteJson(Utf8JsonWriter writer, object value, bool full)
    {
        if (value is not Array array)
        {
            WriteScalar(writer, value);
            return;
        }
        if (full || array.Length <= ListedItems)
        {
            WriteItems(writer, array, array.Length);
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("type", NameOf(array.GetType().GetElementType()!));
        writer.WriteNumber("count", array.Length);
        writer.WritePropertyName("first");
        WriteItems(writer, array, ListedItems);
        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, Array array, int count)
    {
        writer.WriteStartArray();
        foreach (object item in array.Cast<object>().Take(count))
            WriteScalar(writer, item);
        writer.WriteEndArray();
    }

    private static void WriteScalar(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case float or double: // JSON has no name for them
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Scalar(object value) =>
        value is string text
            ? $"\"{Printable.Text(text, ShownCharacters)}\""
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string NameOf(Type type) =>
        Type.GetTypeCode(type) switch
        {
            TypeCode.Byte => "uint8",
            TypeCode.SByte => "int8",
            TypeCode.Single => "float32",
            TypeCode.Double => "float64",
            TypeCode.Boolean => "bool",
            _ => type.Name.ToLowerInvariant(),
        };
}
