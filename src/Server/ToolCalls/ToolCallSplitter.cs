// Owns finding tool calls in an answer as it streams, in the two forms most templates teach.
using System.Text;
using System.Text.Json;

namespace Tern.Server.ToolCalls;

/// <summary>
/// Splits one answer into text and calls. Understood are <c>&lt;tool_call&gt;{"name": …, "arguments": …}&lt;/tool_call&gt;</c>
/// (Hermes, Qwen) and an answer that is nothing but <c>{"name": …, "parameters": …}</c> (Llama 3). What looks like a call
/// and is none comes back as text: tokens the model produced are never lost.
/// </summary>
internal sealed class ToolCallSplitter
{
    private const string Open = "<tool_call>";
    private const string Close = "</tool_call>";
    private readonly StringBuilder _held = new();
    private bool _seenText;

    /// <summary>The calls found so far.</summary>
    public List<ToolCall> Calls { get; } = [];

    /// <summary>Adds text of the answer.</summary>
    /// <returns>The text that certainly belongs to no call.</returns>
    public string Append(string text)
    {
        _held.Append(text);
        return Take(final: false);
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>The text still held back that was no call.</returns>
    public string Finish() => Take(final: true);

    private string Take(bool final)
    {
        string held = _held.ToString();
        _held.Clear();
        if (
            !_seenText
            && Calls.Count == 0
            && held.TrimStart() is var trimmed
            && (trimmed.Length == 0 || trimmed[0] == '{')
        )
        {
            if (!final)
                return Hold(held);
            if (trimmed.Length > 0 && TryAdd(trimmed))
                return "";
        }
        var text = new StringBuilder();
        while (held.IndexOf(Open, StringComparison.Ordinal) is >= 0 and var start)
        {
            int end = held.IndexOf(Close, start, StringComparison.Ordinal);
            if (end < 0 && !final)
            {
                text.Append(held.AsSpan(0, start));
                Hold(held[start..]);
                return Emit(text.ToString());
            }
            // Some models leave out the closing tag at the end of the answer.
            int stop = end < 0 ? held.Length : end;
            int next = end < 0 ? held.Length : end + Close.Length;
            text.Append(held.AsSpan(0, start));
            if (!TryAdd(held[(start + Open.Length)..stop]))
                text.Append(held.AsSpan(start, next - start));
            held = held[next..];
        }
        int kept = final ? 0 : PartialOpen(held);
        text.Append(held.AsSpan(0, held.Length - kept));
        Hold(held[(held.Length - kept)..]);
        return Emit(text.ToString());
    }

    private string Hold(string text)
    {
        _held.Append(text);
        return "";
    }

    // Blank text between calls is layout of the template, not of the answer.
    private string Emit(string text)
    {
        if (Calls.Count > 0 && string.IsNullOrWhiteSpace(text))
            return "";
        _seenText |= text.Length > 0;
        return text;
    }

    private static int PartialOpen(string text)
    {
        for (int length = Math.Min(Open.Length - 1, text.Length); length > 0; length--)
        {
            if (text.EndsWith(Open[..length], StringComparison.Ordinal))
                return length;
        }
        return 0;
    }

    private bool TryAdd(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("name", out var name)
                || name.ValueKind != JsonValueKind.String
            )
                return false;
            if (
                !root.TryGetProperty("arguments", out var arguments)
                && !root.TryGetProperty("parameters", out arguments)
            )
                return false;
            Calls.Add(
                new ToolCall(
                    name.GetString()!,
                    arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText()
                )
            );
            return true;
        }
        catch (JsonException)
        {
            // Not a call after all; the caller returns it as text.
            return false;
        }
    }
}
