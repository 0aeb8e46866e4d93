// Owns request rates as they are typed: 1,2,4 or 0.5..8:6.
using System.Globalization;

namespace Tern.Cli.Options;

/// <summary>Reads lists and ranges of request rates.</summary>
internal static class RateList
{
    private const int MostSteps = 1000;
    private const string Valid =
        "rates in requests/s above 0 that ascend, separated by commas, or a range like 0.5..8:6 (six rates, evenly spaced)";

    /// <summary>The rates, ascending.</summary>
    /// <exception cref="CommandLineException">The text is neither a list nor a range.</exception>
    public static IReadOnlyList<double> Parse(string text)
    {
        var rates = text.Contains("..", StringComparison.Ordinal) ? Range(text) : [.. text.Split(',').Select(Number)];
        for (int i = 0; i < rates.Count; i++)
        {
            if (!(rates[i] is >= 1e-6 and <= 1e6) || (i > 0 && rates[i] <= rates[i - 1]))
                throw Bad(text);
        }
        return rates;

        double Number(string part) =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
                ? rate
                : throw Bad(text);
    }

    private static IReadOnlyList<double> Range(string text)
    {
        if (
            text.Split("..") is [var low, var rest]
            && rest.Split(':') is [var high, var count]
            && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out double from)
            && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out double to)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int steps)
            && steps is >= 2 and <= MostSteps
        )
            // Rounded as a person would write them: 0.1..0.3:3 has 0.2 in it.
            return [.. Enumerable.Range(0, steps).Select(i => Math.Round(from + (to - from) * i / (steps - 1), 6))];
        throw Bad(text);
    }

    private static CommandLineException Bad(string text) => new($"--rate is '{text}'; it must be {Valid}");
}
