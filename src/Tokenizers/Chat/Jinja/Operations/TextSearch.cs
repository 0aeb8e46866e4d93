// Owns find, index, count, startswith and endswith of strings.
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class TextSearch
{
    public static Value HasAffix(StringValue self, ArgumentReader arguments, bool isPrefix, Rendering rendering)
    {
        var affix = arguments.Require("prefix");
        if (Window(self, arguments, rendering) is not { } window)
            return BoolValue.False;
        var name = isPrefix ? "startswith" : "endswith";
        return affix switch
        {
            StringValue text => BoolValue.Of(Has(text)),
            TupleValue tuple => BoolValue.Of(
                tuple.Elements.Any(element => Has(element as StringValue ?? throw Unsuitable(element)))
            ),
            _ => throw Unsuitable(affix),
        };

        bool Has(StringValue part)
        {
            rendering.Charge(1 + part.Text.Length / 16);
            var text = self.Text.AsSpan(window.Start, window.End - window.Start);
            return isPrefix
                ? text.StartsWith(part.Text, StringComparison.Ordinal)
                : text.EndsWith(part.Text, StringComparison.Ordinal);
        }

        ChatTemplateEvaluationException Unsuitable(Value value) =>
            rendering.Error($"{name} first arg must be str or a tuple of str, not {value.TypeName}");
    }

    public static Value Find(
        StringValue self,
        ArgumentReader arguments,
        bool isLast,
        bool mustExist,
        Rendering rendering
    )
    {
        var part = arguments.RequireText("sub");
        rendering.Charge(1 + self.Text.Length / 16);
        var at = -1;
        if (Window(self, arguments, rendering) is { } window)
        {
            var text = self.Text.AsSpan(window.Start, window.End - window.Start);
            at = isLast
                ? text.LastIndexOf(part, StringComparison.Ordinal)
                : text.IndexOf(part, StringComparison.Ordinal);
            at = at < 0 ? at : PythonText.Length(self.Text.AsSpan(0, window.Start + at));
        }
        return at >= 0 || !mustExist ? IntValue.Of(at) : throw rendering.Error("substring not found");
    }

    public static Value Count(StringValue self, ArgumentReader arguments, Rendering rendering)
    {
        var part = arguments.RequireText("sub");
        rendering.Charge(1 + self.Text.Length / 16);
        if (Window(self, arguments, rendering) is not { } window)
            return IntValue.Of(0);
        var text = self.Text.AsSpan(window.Start, window.End - window.Start);
        return IntValue.Of(part.Length == 0 ? PythonText.Length(text) + 1 : text.Count(part));
    }

    // The part of the string that the arguments start and end choose, null when they cross.
    private static (int Start, int End)? Window(StringValue self, ArgumentReader arguments, Rendering rendering)
    {
        var (start, end) = (arguments.Next("start"), arguments.Next("end"));
        if (start is null && end is null)
            return (0, self.Text.Length);
        var length = PythonText.Length(self.Text);
        var (first, last) = (Index(start, 0), Index(end, length));
        return first > length || first > last
            ? null
            : (PythonText.Position(self.Text, first), PythonText.Position(self.Text, last));

        int Index(Value? value, int otherwise)
        {
            if (value is null or NoneValue)
                return otherwise;
            long index = Conversion.ToInt32(value, "slice index", rendering);
            index = index < 0 ? Math.Max(0, index + length) : index;
            return (int)(otherwise == 0 ? index : Math.Min(index, length));
        }
    }
}
