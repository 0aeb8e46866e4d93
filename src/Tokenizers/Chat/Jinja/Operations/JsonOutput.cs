// Owns the filter tojson: the text of Python's json.dumps.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

/// <summary>Writes one value as JSON the way Python does.</summary>
internal sealed class JsonOutput
{
    private readonly Rendering _rendering;
    private readonly TextBuilder _text;
    private readonly bool _ensureAscii;
    private readonly string? _indent;
    private readonly string _itemSeparator;
    private readonly string _keySeparator;
    private readonly bool _sortKeys;
    private int _depth;

    private JsonOutput(ArgumentReader arguments, Rendering rendering)
    {
        _rendering = rendering;
        _text = new TextBuilder(rendering);
        _ensureAscii = arguments.NextBool("ensure_ascii", false);
        var indent = arguments.Next("indent");
        _indent = indent switch
        {
            null or NoneValue => null,
            StringValue text => text.Text,
            _ => new string(
                ' ',
                Math.Clamp(Conversion.ToInt32(indent, "tojson argument 'indent'", rendering), 0, 1000)
            ),
        };
        (_itemSeparator, _keySeparator) = arguments.Next("separators") switch
        {
            null or NoneValue => (_indent is null ? ", " : ",", ": "),
            SequenceValue { Elements: [StringValue item, StringValue key] } => (item.Text, key.Text),
            _ => throw rendering.Error("tojson argument 'separators' must be a pair of strings"),
        };
        _sortKeys = arguments.NextBool("sort_keys", false);
    }

    public static Value Filter(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var output = new JsonOutput(arguments, rendering);
        output.Write(subject);
        return new StringValue(output._text.ToString());
    }

    private void Write(Value value)
    {
        switch (value)
        {
            case NoneValue:
                _text.Append("null");
                break;
            case BoolValue:
                _text.Append(value.IsTrue ? "true" : "false");
                break;
            case IntValue:
                value.WriteRepr(_text);
                break;
            case FloatValue real:
                _text.Append(Float(real.Number));
                break;
            case StringValue text:
                WriteString(text.Text);
                break;
            case SequenceValue sequence:
                WriteItems('[', sequence.Elements, Write, ']');
                break;
            case DictValue dict:
                WriteItems('{', Members(dict), WriteMember, '}');
                break;
            default:
                throw _rendering.Error($"Object of type {value.TypeName} is not JSON serializable");
        }
    }

    private void WriteItems<T>(char open, IReadOnlyCollection<T> items, Action<T> write, char close)
    {
        _text.Append(open);
        if (items.Count > 0)
        {
            _text.Enter();
            _depth++;
            var isFirst = true;
            foreach (var item in items)
            {
                if (!isFirst)
                    _text.Append(_itemSeparator);
                isFirst = false;
                BreakLine();
                write(item);
            }
            _depth--;
            _text.Leave();
            BreakLine();
        }
        _text.Append(close);
    }

    private IReadOnlyCollection<KeyValuePair<Value, Value>> Members(DictValue dict) =>
        _sortKeys
            ? Sorting.Sort([.. dict.Entries], member => member.Key, isDescending: false, _rendering)
            : dict.Entries;

    private void WriteMember(KeyValuePair<Value, Value> member)
    {
        WriteString(
            member.Key switch
            {
                StringValue text => text.Text,
                NoneValue => "null",
                BoolValue flag => flag.IsTrue ? "true" : "false",
                FloatValue real => Float(real.Number),
                IntValue => Conversion.Repr(member.Key, _rendering),
                _ => throw _rendering.Error($"keys must be str, int, float, bool or None, not {member.Key.TypeName}"),
            }
        );
        _text.Append(_keySeparator);
        Write(member.Value);
    }

    private void BreakLine()
    {
        if (_indent is null)
            return;
        _text.Append('\n');
        for (var i = 0; i < _depth; i++)
            _text.Append(_indent);
    }

    private void WriteString(string text)
    {
        _text.Append('"');
        var written = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            var isPlain = character >= ' ' && character is not ('"' or '\\');
            if (isPlain && (character < '\x7f' || !_ensureAscii))
                continue;
            _text.Append(text.AsSpan(written, at - written));
            written = at + 1;
            var index = "\"\\\n\r\t\b\f".IndexOf(character, StringComparison.Ordinal);
            if (index >= 0)
                _text.Append($"\\{"\"\\nrtbf"[index]}");
            else
                _text.Append($"\\u{(int)character:x4}");
        }
        _text.Append(text.AsSpan(written));
        _text.Append('"');
    }

    private static string Float(double value) =>
        PythonFloat.Special(value) switch
        {
            null => PythonFloat.Format(value),
            "nan" => "NaN",
            "inf" => "Infinity",
            _ => "-Infinity",
        };
}
