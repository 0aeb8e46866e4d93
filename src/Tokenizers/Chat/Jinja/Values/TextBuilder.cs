// Owns the growth of one string made by a template, so that no operator can make one beyond the limits.
using System.Text;

namespace Tern.Tokenizers.Chat.Jinja.Values;

/// <summary>A string builder that refuses to exceed the limits of string length and of nesting.</summary>
internal sealed class TextBuilder(Rendering rendering)
{
    private readonly StringBuilder _text = new();
    private int _nesting;

    public Rendering Rendering => rendering;

    public int Length => _text.Length;

    public void Append(string text)
    {
        rendering.CheckString((long)_text.Length + text.Length);
        _text.Append(text);
    }

    public void Append(ReadOnlySpan<char> text)
    {
        rendering.CheckString((long)_text.Length + text.Length);
        _text.Append(text);
    }

    public void Append(char character)
    {
        rendering.CheckString(_text.Length + 1L);
        _text.Append(character);
    }

    public void Append(char character, long count)
    {
        rendering.CheckString(_text.Length + Math.Max(0, count));
        _text.Append(character, (int)Math.Max(0, count));
    }

    /// <summary>Enters a list or dictionary that is being written.</summary>
    public void Enter() => rendering.EnterValue(ref _nesting);

    public void Leave() => _nesting--;

    /// <summary>The finished text; its length is charged.</summary>
    public override string ToString()
    {
        rendering.Charge(_text.Length / 4);
        return _text.ToString();
    }
}
