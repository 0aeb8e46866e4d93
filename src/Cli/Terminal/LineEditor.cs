// Owns reading a line from a terminal with editing and history; a plain read when input is piped.
using System.Text;

namespace Tern.Cli.Terminal;

/// <summary>Reads lines. Arrow keys move and recall, Ctrl-A/E/K/U/W edit, a line ending in a backslash goes on in the next.</summary>
/// <param name="prompt">Shown before each line on a terminal.</param>
internal sealed class LineEditor(string prompt)
{
    private const string Continuation = "... ";
    private readonly List<string> _history = [];
    private readonly StringBuilder _line = new();
    private int _cursor;
    private int _recalled;

    /// <summary>Reads one message.</summary>
    /// <returns>The text; null at the end of input (Ctrl-D); empty after Ctrl-C.</returns>
    public string? Read()
    {
        var message = new StringBuilder();
        while (true)
        {
            string? line = Console.IsInputRedirected
                ? Console.In.ReadLine()
                : ReadKeys(message.Length == 0 ? prompt : Continuation);
            if (line is null)
                return message.Length > 0 ? message.ToString() : null;
            if (!line.EndsWith('\\'))
            {
                message.Append(line);
                break;
            }
            message.Append(line.AsSpan(0, line.Length - 1)).Append('\n');
        }
        string text = message.ToString();
        if (text.Length > 0 && (_history.Count == 0 || _history[^1] != text))
            _history.Add(text);
        return text;
    }

    private string? ReadKeys(string start)
    {
        _line.Clear();
        _cursor = 0;
        _recalled = _history.Count;
        bool ownControlC = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                Draw(start);
                var key = Console.ReadKey(intercept: true);
                switch (key.Key, (key.Modifiers & ConsoleModifiers.Control) != ConsoleModifiers.None)
                {
                    case (ConsoleKey.Enter, _):
                        _cursor = _line.Length;
                        Draw(start);
                        Console.WriteLine();
                        return _line.ToString();
                    case (ConsoleKey.C, true):
                        Console.WriteLine();
                        return "";
                    case (ConsoleKey.D, true) when _line.Length == 0:
                        Console.WriteLine();
                        return null;
                    default:
                        Edit(key);
                        break;
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = ownControlC;
        }
    }

    private void Edit(ConsoleKeyInfo key)
    {
        bool control = (key.Modifiers & ConsoleModifiers.Control) != ConsoleModifiers.None;
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                _cursor = Math.Min(_line.Length, _cursor + 1);
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                _cursor = 0;
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                _cursor = _line.Length;
                break;
            case ConsoleKey.UpArrow:
                Recall(-1);
                break;
            case ConsoleKey.DownArrow:
                Recall(+1);
                break;
            case ConsoleKey.Backspace when _cursor > 0:
                _line.Remove(--_cursor, 1);
                break;
            case ConsoleKey.Delete when _cursor < _line.Length:
                _line.Remove(_cursor, 1);
                break;
            case ConsoleKey.K when control:
                _line.Length = _cursor;
                break;
            case ConsoleKey.U when control:
                _line.Remove(0, _cursor);
                _cursor = 0;
                break;
            case ConsoleKey.W when control:
                DeleteWord();
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    _line.Insert(_cursor++, key.KeyChar);
                break;
        }
    }

    private void DeleteWord()
    {
        int start = _cursor;
        while (start > 0 && char.IsWhiteSpace(_line[start - 1]))
            start--;
        while (start > 0 && !char.IsWhiteSpace(_line[start - 1]))
            start--;
        _line.Remove(start, _cursor - start);
        _cursor = start;
    }

    private void Recall(int step)
    {
        int index = _recalled + step;
        if (index < 0 || index > _history.Count)
            return;
        _recalled = index;
        _line.Clear();
        if (index < _history.Count)
            _line.Append(_history[index].Replace('\n', ' '));
        _cursor = _line.Length;
    }

    // A line longer than the terminal is shown around the cursor, so that redrawing never has to go up.
    private void Draw(string start)
    {
        int room = Math.Max(10, Console.BufferWidth - start.Length - 1);
        int from = Math.Max(0, _cursor - room);
        string shown = _line.ToString(from, Math.Min(room, _line.Length - from));
        Console.Write($"\r\u001b[K{start}{shown}");
        int back = shown.Length - (_cursor - from);
        if (back > 0)
            Console.Write($"\u001b[{back}D");
    }
}
