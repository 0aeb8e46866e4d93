// Owns the one line on a terminal that says what is going on and vanishes when it is over.
using System.Diagnostics;

namespace Tern.Cli.Terminal;

/// <summary>A line on standard error that is rewritten in place; nothing when standard error is no terminal.</summary>
internal sealed class StatusLine : IDisposable
{
    private readonly bool _shown = !Console.IsErrorRedirected;
    private long _last;
    private int _length;

    /// <summary>Shows a first text.</summary>
    public StatusLine(string text) => Write(text);

    /// <summary>Replaces the text, at most ten times a second.</summary>
    public void Update(string text)
    {
        if (_shown && Stopwatch.GetElapsedTime(_last).TotalMilliseconds >= 100)
            Write(text);
    }

    /// <summary>Writes a line that stays.</summary>
    public void Say(string text)
    {
        Clear();
        Console.Error.WriteLine(text);
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>Takes the text away until the next one.</summary>
    public void Clear()
    {
        if (_shown && _length > 0)
            Console.Error.Write($"\r{new string(' ', _length)}\r");
        _length = 0;
    }

    private void Write(string text)
    {
        if (!_shown)
            return;
        _last = Stopwatch.GetTimestamp();
        if (Console.BufferWidth is > 1 and var width && text.Length >= width)
            text = text[..(width - 1)];
        Console.Error.Write($"\r{text.PadRight(_length)}");
        _length = text.Length;
    }
}
