// Owns the text of one answer that may still turn out to begin a stop string.
using System.Text;

namespace Tern.Engine.Output;

/// <summary>
/// Lets text through except the shortest ending that could still grow into a stop string. The first character that
/// completes a stop string decides, so the result does not depend on how the text was cut into tokens; of several stop
/// strings that it completes, the longest.
/// </summary>
internal sealed class StopFilter(StopStrings stops)
{
    private readonly int[] _matched = new int[stops.Texts.Count];
    private readonly StringBuilder _held = new();

    /// <summary>The stop string that was found; after that, all text is dropped.</summary>
    public string? Found { get; private set; }

    /// <summary>Takes text and releases what is safe.</summary>
    public void Append(ReadOnlySpan<char> text, StringBuilder released)
    {
        if (Found is not null)
            return;
        if (_matched.Length == 0)
        {
            released.Append(text);
            return;
        }
        foreach (char next in text)
        {
            _held.Append(next);
            for (int i = 0; i < _matched.Length; i++)
            {
                _matched[i] = stops.Advance(i, _matched[i], next);
                if (_matched[i] == stops.Texts[i].Length && _matched[i] > (Found?.Length ?? 0))
                    Found = stops.Texts[i];
            }
            if (Found is null)
                continue;
            _held.Length -= Found.Length;
            Release(_held.Length, released);
            _held.Clear();
            return;
        }
        int hold = 0;
        foreach (int matched in _matched)
            hold = Math.Max(hold, matched);
        Release(_held.Length - hold, released);
    }

    /// <summary>Releases what was held back: the answer ended without completing a stop string.</summary>
    public void Flush(StringBuilder released) => Release(_held.Length, released);

    private void Release(int count, StringBuilder released)
    {
        int left = count;
        foreach (var chunk in _held.GetChunks())
        {
            int taken = Math.Min(left, chunk.Length);
            released.Append(chunk.Span[..taken]);
            left -= taken;
        }
        _held.Remove(0, count);
    }
}
