// Owns split, rsplit and splitlines of strings.
using System.Buffers;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class TextSplit
{
    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");

    public static ListValue Split(StringValue self, string? separator, int limit, bool fromEnd, Rendering rendering)
    {
        if (separator is { Length: 0 })
            throw rendering.Error("empty separator");
        rendering.Charge(1 + self.Text.Length / 4);
        var left = limit < 0 ? int.MaxValue : limit;
        var parts = new List<(int Start, int End)>();
        if (separator is null && fromEnd)
            SplitSpaceFromEnd(self.Text, left, parts);
        else if (separator is null)
            SplitSpace(self.Text, left, parts);
        else if (fromEnd)
            SplitFromEnd(self.Text, separator, left, parts);
        else
            SplitFromStart(self.Text, separator, left, parts);
        if (fromEnd)
            parts.Reverse();
        return Made(self, parts, rendering);
    }

    /// <summary>Python's <c>str.splitlines</c>, with all its line boundaries.</summary>
    public static ListValue Lines(StringValue self, bool keepsEnds, Rendering rendering)
    {
        var text = self.Text;
        rendering.Charge(1 + text.Length / 4);
        var parts = new List<(int, int)>();
        for (var start = 0; start < text.Length; )
        {
            var end = text.AsSpan(start).IndexOfAny(LineBreaks);
            end = end < 0 ? text.Length : start + end;
            var next = Math.Min(end + 1, text.Length);
            if (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n')
                next++;
            parts.Add((start, keepsEnds ? next : end));
            start = next;
        }
        return Made(self, parts, rendering);
    }

    private static ListValue Made(StringValue self, List<(int Start, int End)> parts, Rendering rendering)
    {
        rendering.CheckItems(parts.Count);
        var items = new Value[parts.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = StringMethods.Made(self, self.Text[parts[i].Start..parts[i].End], rendering);
        return new ListValue(items);
    }

    private static void SplitFromStart(string text, string separator, int left, List<(int, int)> parts)
    {
        var start = 0;
        for (; left > 0; left--)
        {
            var at = text.IndexOf(separator, start, StringComparison.Ordinal);
            if (at < 0)
                break;
            parts.Add((start, at));
            start = at + separator.Length;
        }
        parts.Add((start, text.Length));
    }

    private static void SplitFromEnd(string text, string separator, int left, List<(int, int)> parts)
    {
        var end = text.Length;
        for (; left > 0; left--)
        {
            var at = text.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal);
            if (at < 0)
                break;
            parts.Add((at + separator.Length, end));
            end = at;
        }
        parts.Add((0, end));
    }

    private static void SplitSpace(string text, int left, List<(int, int)> parts)
    {
        for (var start = 0; ; left--)
        {
            start += PythonText.LeadingSpace(text.AsSpan(start));
            if (start == text.Length)
                return;
            // The last part keeps the white space inside it and at its end.
            var end = left == 0 ? text.Length : start;
            while (end < text.Length && !PythonText.IsSpace(text[end]))
                end++;
            parts.Add((start, end));
            start = end;
        }
    }

    private static void SplitSpaceFromEnd(string text, int left, List<(int, int)> parts)
    {
        for (var end = text.Length; ; left--)
        {
            end = PythonText.TrimmedEnd(text.AsSpan(0, end));
            if (end == 0)
                return;
            var start = end;
            while (start > 0 && !PythonText.IsSpace(text[start - 1]))
                start--;
            parts.Add((left == 0 ? 0 : start, end));
            if (left == 0)
                return;
            end = start;
        }
    }
}
