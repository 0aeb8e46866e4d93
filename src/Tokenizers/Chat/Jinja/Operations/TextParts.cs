// Owns strip, replace, partition, join and justification of strings.
using System.Buffers;
using System.Text;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class TextParts
{
    /// <summary>Removes white space, or any of the given characters, from the ends.</summary>
    public static StringValue Strip(StringValue self, string? characters, bool atStart, bool atEnd, Rendering rendering)
    {
        var text = self.Text.AsSpan();
        if (characters is null)
        {
            text = atStart ? text[PythonText.LeadingSpace(text)..] : text;
            text = atEnd ? text[..PythonText.TrimmedEnd(text)] : text;
        }
        else
        {
            var set = new HashSet<Rune>(characters.EnumerateRunes());
            rendering.Charge(1 + characters.Length);
            while (
                atStart
                && Rune.DecodeFromUtf16(text, out var rune, out var width) == OperationStatus.Done
                && set.Contains(rune)
            )
                text = text[width..];
            while (
                atEnd
                && Rune.DecodeLastFromUtf16(text, out var rune, out var width) == OperationStatus.Done
                && set.Contains(rune)
            )
                text = text[..^width];
        }
        return text.Length == self.Text.Length ? self : StringMethods.Made(self, text.ToString(), rendering);
    }

    public static StringValue Replace(StringValue self, string old, string replacement, int count, Rendering rendering)
    {
        var text = self.Text;
        var left = count < 0 ? long.MaxValue : count;
        rendering.Charge(1 + text.Length / 16);
        var builder = new TextBuilder(rendering);
        var at = 0;
        if (old.Length == 0)
        {
            for (; left > 0 && at <= text.Length; left--)
            {
                builder.Append(replacement);
                if (at == text.Length)
                    break;
                var width = PythonText.WidthAt(text, at);
                builder.Append(text.AsSpan(at, width));
                at += width;
            }
        }
        else
        {
            for (; left > 0; left--)
            {
                var found = text.IndexOf(old, at, StringComparison.Ordinal);
                if (found < 0)
                    break;
                builder.Append(text.AsSpan(at, found - at));
                builder.Append(replacement);
                at = found + old.Length;
            }
            if (at == 0)
                return self;
        }
        builder.Append(text.AsSpan(Math.Min(at, text.Length)));
        return new StringValue(builder.ToString(), self.IsMarkup);
    }

    public static TupleValue Partition(StringValue self, string separator, bool isLast, Rendering rendering)
    {
        if (separator.Length == 0)
            throw rendering.Error("empty separator");
        var text = self.Text;
        var at = isLast
            ? text.LastIndexOf(separator, StringComparison.Ordinal)
            : text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0)
            return isLast
                ? new TupleValue(StringValue.Empty, StringValue.Empty, self)
                : new TupleValue(self, StringValue.Empty, StringValue.Empty);
        return new TupleValue(
            StringMethods.Made(self, text[..at], rendering),
            StringMethods.Made(self, separator, rendering),
            StringMethods.Made(self, text[(at + separator.Length)..], rendering)
        );
    }

    /// <summary>Python's <c>separator.join(items)</c>: strings only.</summary>
    public static StringValue Join(StringValue separator, Value items, Rendering rendering)
    {
        var builder = new TextBuilder(rendering);
        var index = 0;
        foreach (var item in Iteration.Over(items, rendering))
        {
            if (index > 0)
                builder.Append(separator.Text);
            var text =
                item as StringValue
                ?? throw rendering.Error($"sequence item {index}: expected str instance, {item.TypeName} found");
            builder.Append(separator.IsMarkup ? Markup.Escape(text, rendering).Text : text.Text);
            index++;
        }
        return new StringValue(builder.ToString(), separator.IsMarkup);
    }

    public static StringValue Justify(StringValue self, ArgumentReader arguments, char side, Rendering rendering)
    {
        var width = Conversion.ToInt32(arguments.Require("width"), "width", rendering);
        var fill = arguments.NextText("fillchar") ?? " ";
        if (PythonText.Length(fill) != 1)
            throw rendering.Error("The fill character must be exactly one character long");
        var missing = (long)width - PythonText.Length(self.Text);
        if (missing <= 0)
            return self;
        // Python's center puts the odd fill before the text when the width is odd, too.
        var before = side switch
        {
            'l' => 0,
            'r' => missing,
            _ => missing / 2 + (missing & width & 1),
        };
        rendering.CheckString(self.Text.Length + missing * fill.Length);
        var builder = new TextBuilder(rendering);
        for (var i = 0L; i < before; i++)
            builder.Append(fill);
        builder.Append(self.Text);
        for (var i = before; i < missing; i++)
            builder.Append(fill);
        return new StringValue(builder.ToString(), self.IsMarkup);
    }

    public static StringValue ExpandTabs(StringValue self, int size, Rendering rendering)
    {
        var builder = new TextBuilder(rendering);
        var column = 0L;
        foreach (var character in self.Text)
        {
            if (character == '\t')
            {
                var spaces = size > 0 ? size - column % size : 0;
                builder.Append(' ', spaces);
                column += spaces;
                continue;
            }
            builder.Append(character);
            column = character is '\n' or '\r' ? 0 : column + 1;
        }
        return new StringValue(builder.ToString(), self.IsMarkup);
    }
}
