// Owns the line that shows a transfer: bar, share, rate, time to go.
using System.Diagnostics;
using System.Globalization;

namespace Tern.Cli.Terminal;

/// <summary>A progress bar on standard error; nothing when that is no terminal.</summary>
/// <param name="name">What is transferred.</param>
/// <param name="total">Bytes in all.</param>
internal sealed class TransferLine(string name, long total) : IDisposable
{
    private const int BarLength = 24;
    private readonly StatusLine _line = new(name);
    private long _start;
    private long _startBytes;

    /// <summary>Shows how many bytes are there. What was there at the first call does not count for the rate.</summary>
    public void Update(long bytes)
    {
        if (_start == 0)
            (_start, _startBytes) = (Stopwatch.GetTimestamp(), bytes);
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        double rate = seconds > 0 ? (bytes - _startBytes) / seconds : 0;
        _line.Update(Text(name, bytes, total, rate));
    }

    /// <summary>The line's text.</summary>
    public static string Text(string name, long bytes, long total, double rate)
    {
        double share = total > 0 ? Math.Clamp((double)bytes / total, 0, 1) : 1;
        int filled = (int)(share * BarLength);
        string bar = new string('#', filled) + new string('.', BarLength - filled);
        string left =
            rate > 0
                ? TimeSpan
                    .FromSeconds(Math.Min((total - bytes) / rate, 359_999))
                    .ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture)
                : "-:--:--";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{bar}] {share * 100, 5:F1} %  {Printable.Bytes(bytes)} of {Printable.Bytes(total)}  {Printable.Bytes(rate)}/s  {left} left  {Printable.Text(name)}"
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();
}
