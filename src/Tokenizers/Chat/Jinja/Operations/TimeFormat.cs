// Owns strftime_now: the directives of C's strftime in the C locale.
using System.Globalization;
using System.Text;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class TimeFormat
{
    /// <summary>Formats a time; a hyphen after the percent sign (<c>%-d</c>) drops leading zeros.</summary>
    public static string Format(DateTimeOffset time, string format, Rendering rendering)
    {
        rendering.Charge(format.Length);
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }
            var isBare = format[at + 1] == '-' && at + 2 < format.Length;
            at += isBare ? 2 : 1;
            var part = Directive(time, format[at], rendering);
            text.Append(
                isBare
                    ? part.TrimStart('0', ' ') is { Length: > 0 } bare
                        ? bare
                        : "0"
                    : part
            );
        }
        return text.ToString();
    }

    private static string Directive(DateTimeOffset time, char directive, Rendering rendering) =>
        directive switch
        {
            'Y' => time.Year.ToString(CultureInfo.InvariantCulture),
            'C' => Two(time.Year / 100),
            'G' => ISOWeek.GetYear(time.DateTime).ToString(CultureInfo.InvariantCulture),
            'y' => Two(time.Year % 100),
            'm' => Two(time.Month),
            'd' => Two(time.Day),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'H' => Two(time.Hour),
            'I' => Two((time.Hour + 11) % 12 + 1),
            'k' => time.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'l' => ((time.Hour + 11) % 12 + 1).ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'M' => Two(time.Minute),
            'S' => Two(time.Second),
            'f' => (time.Ticks % TimeSpan.TicksPerSecond / 10).ToString("D6", CultureInfo.InvariantCulture),
            'j' => time.DayOfYear.ToString("D3", CultureInfo.InvariantCulture),
            'B' => Named(time, "MMMM"),
            'b' or 'h' => Named(time, "MMM"),
            'A' => Named(time, "dddd"),
            'a' => Named(time, "ddd"),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'P' => time.Hour < 12 ? "am" : "pm",
            'u' => (((int)time.DayOfWeek + 6) % 7 + 1).ToString(CultureInfo.InvariantCulture),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'U' => Two((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7),
            'W' => Two((time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7),
            'V' => Two(ISOWeek.GetWeekOfYear(time.DateTime)),
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'D' or 'x' => time.ToString("MM'/'dd'/'yy", CultureInfo.InvariantCulture),
            'F' => time.ToString("yyyy'-'MM'-'dd", CultureInfo.InvariantCulture),
            'R' => time.ToString("HH':'mm", CultureInfo.InvariantCulture),
            'T' or 'X' => time.ToString("HH':'mm':'ss", CultureInfo.InvariantCulture),
            'r' => time.ToString("hh':'mm':'ss tt", CultureInfo.InvariantCulture),
            'c' => $"{Named(time, "ddd")} {Named(time, "MMM")} {time.Day, 2} {time:HH':'mm':'ss} {time.Year}",
            // As for Python's datetime.now(), which has no time zone.
            'z' or 'Z' => "",
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => throw rendering.Error($"strftime_now does not know the directive '%{directive}'"),
        };

    private static string Two(int number) => number.ToString("D2", CultureInfo.InvariantCulture);

    private static string Named(DateTimeOffset time, string format) =>
        time.ToString(format, CultureInfo.InvariantCulture);
}
