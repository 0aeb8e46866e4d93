// Owns an axis: its range, its ticks, and where a value lies on it.
using System.Globalization;

namespace Tern.Simulation.Reports.Charts;

/// <summary>
/// A linear axis has ticks at multiples of 1, 2 or 5 times a power of ten and ends on ticks; a logarithmic one has ticks at powers
/// of ten, and at 2 and 5 times them where it is short.
/// </summary>
internal sealed class Axis
{
    private readonly bool _log;
    private readonly double _low;
    private readonly double _high;

    private Axis(bool log, double low, double high, double[] ticks, string[] labels) =>
        (_log, _low, _high, Ticks, Labels) = (log, low, high, ticks, labels);

    /// <summary>Where there are ticks, ascending.</summary>
    public double[] Ticks { get; }

    /// <summary>A label for each tick.</summary>
    public string[] Labels { get; }

    /// <summary>The axis that shows these values.</summary>
    /// <param name="values">Finite values; positive if <paramref name="log"/>.</param>
    /// <param name="log">Whether it is logarithmic.</param>
    /// <param name="intervals">About how many intervals there should be.</param>
    public static Axis For(IEnumerable<double> values, bool log, int intervals)
    {
        var low = double.PositiveInfinity;
        var high = double.NegativeInfinity;
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            (low, high) = (1, 1);
        return log ? Logarithmic(low, high) : Linear(low, high, intervals);
    }

    /// <summary>Where a value lies, 0 at the low end and 1 at the high one.</summary>
    public double Place(double value) =>
        _log
            ? (Math.Log10(value) - Math.Log10(_low)) / (Math.Log10(_high) - Math.Log10(_low))
            : (value - _low) / (_high - _low);

    private static Axis Linear(double low, double high, int intervals)
    {
        // Zero belongs to an axis of counts, shares and times, unless all the values are far from it.
        if (low > 0 && low < high * 0.6 || low == high && low >= 0)
            low = 0;
        if (low == high)
            high = low + Math.Max(1, Math.Abs(low));
        var step = NiceStep((high - low) / intervals);
        var first = (long)Math.Floor(low / step.Size + 1e-9);
        var last = (long)Math.Ceiling(high / step.Size - 1e-9);
        var ticks = new double[last - first + 1];
        for (var i = 0; i < ticks.Length; i++)
            ticks[i] = (first + i) * step.Size;
        string[] labels = [.. ticks.Select(tick => tick.ToString($"F{step.Decimals}", CultureInfo.InvariantCulture))];
        return new Axis(log: false, ticks[0], ticks[^1], ticks, labels);
    }

    private static Axis Logarithmic(double low, double high)
    {
        var powers = new List<double>();
        var power = 1.0;
        while (power > low)
            power /= 10;
        while (power * 10 <= low)
            power *= 10;
        for (; power < high * 10; power *= 10)
            powers.Add(power);
        double[] factors = powers.Count <= 4 ? [1, 2, 5] : [1];
        var ticks = powers.SelectMany(_ => factors, (p, factor) => p * factor).ToList();
        // The ends are the ticks around the values.
        var first = Math.Max(0, ticks.FindLastIndex(tick => tick <= low));
        var last = ticks.FindIndex(tick => tick >= high);
        if (first == last)
            last++;
        double[] kept = [.. ticks[first..(last + 1)]];
        string[] labels = [.. kept.Select(tick => tick.ToString("0.#########", CultureInfo.InvariantCulture))];
        return new Axis(log: true, kept[0], kept[^1], kept, labels);
    }

    /// <summary>The least of 1, 2, 5 times a power of ten that is not below a width, and the decimals its multiples need.</summary>
    private static (double Size, int Decimals) NiceStep(double width)
    {
        var exponent = 0;
        while (Math.Pow(10, exponent) > width && exponent > -300)
            exponent--;
        while (Math.Pow(10, exponent + 1) <= width)
            exponent++;
        var power = Math.Pow(10, exponent);
        double[] candidates = [power, 2 * power, 5 * power, 10 * power];
        var chosen = Array.FindIndex(candidates, candidate => candidate >= width * (1 - 1e-9));
        return (candidates[chosen], Math.Max(0, chosen == 3 ? -exponent - 1 : -exponent));
    }
}
