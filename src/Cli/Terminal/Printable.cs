// Owns making foreign text safe to show: a file or a server must not drive the terminal.
using System.Globalization;

namespace Tern.Cli.Terminal;

/// <summary>Text for people.</summary>
internal static class Printable
{
    /// <summary>The text with control characters replaced, cut after <paramref name="limit"/> characters.</summary>
    public static string Text(string text, int limit = int.MaxValue)
    {
        string cut = text.Length <= limit ? text : $"{text.AsSpan(0, limit)}… ({text.Length} characters)";
        return string.Create(
            cut.Length,
            cut,
            static (span, source) =>
            {
                for (int i = 0; i < span.Length; i++)
                    span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
            }
        );
    }

    /// <summary>For instance "1.50 GiB".</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        int unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return unit == 0 ? $"{bytes:F0} B" : string.Create(CultureInfo.InvariantCulture, $"{bytes:F2} {units[unit]}");
    }

    /// <summary>For instance "1.24 B" (thousand millions) or "260.03 K".</summary>
    public static string Count(double count)
    {
        string[] units = ["", " K", " M", " B", " T"];
        int unit = 0;
        for (; count >= 1000 && unit < units.Length - 1; unit++)
            count /= 1000;
        return unit == 0 ? $"{count:F0}" : string.Create(CultureInfo.InvariantCulture, $"{count:F2}{units[unit]}");
    }
}
