// Owns the way of JSON into a rendering: requests become values of the template.
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class JsonInput
{
    public static Value Convert(JsonNode? node, Rendering rendering)
    {
        var nesting = 0;
        try
        {
            return Convert(node, rendering, ref nesting);
        }
        catch (ArgumentException duplicate)
        {
            throw new ChatTemplateEvaluationException(
                $"the input is not valid JSON: {duplicate.Message}",
                0,
                duplicate
            );
        }
    }

    private static Value Convert(JsonNode? node, Rendering rendering, ref int nesting)
    {
        switch (node)
        {
            case null:
                return NoneValue.Instance;
            case JsonObject source:
                rendering.EnterValue(ref nesting);
                var dict = new DictValue(rendering.Comparer);
                foreach (var (name, member) in source)
                    dict.Entries[new StringValue(name)] = Convert(member, rendering, ref nesting);
                nesting--;
                return dict;
            case JsonArray source:
                rendering.EnterValue(ref nesting);
                var items = new List<Value>(source.Count);
                foreach (var item in source)
                    items.Add(Convert(item, rendering, ref nesting));
                nesting--;
                return new ListValue(items);
            default:
                return Scalar(node.AsValue(), rendering);
        }
    }

    private static Value Scalar(JsonValue value, Rendering rendering) =>
        value.GetValueKind() switch
        {
            JsonValueKind.Null => NoneValue.Instance,
            JsonValueKind.True => BoolValue.True,
            JsonValueKind.False => BoolValue.False,
            JsonValueKind.Number => Number(value, rendering),
            _ => new StringValue(value.GetValue<string>()),
        };

    // As Python's json: digits alone are an int of any size, a fraction or an exponent makes a float.
    private static Value Number(JsonValue value, Rendering rendering)
    {
        // A node made in code from a float prints 2.0 as "2"; one that was parsed keeps its text.
        if (!value.TryGetValue<JsonElement>(out _))
        {
            if (value.TryGetValue<double>(out var real))
                return new FloatValue(real);
            if (value.TryGetValue<float>(out var single))
                return new FloatValue(single);
            if (value.TryGetValue<decimal>(out var exact))
                return new FloatValue((double)exact);
        }
        var text = value.ToJsonString();
        if (text.AsSpan().ContainsAny('.', 'e', 'E'))
            return new FloatValue(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        rendering.CheckIntegerBits((text.Length - 1) * Math.Log2(10));
        return rendering.CheckInteger(
            BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        );
    }
}
