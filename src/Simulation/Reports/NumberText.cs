// Owns how a number is printed in a report.
using System.Globalization;

namespace Tern.Simulation.Reports;

/// <summary>Numbers as text, in the invariant culture and without a logarithm, so that every machine prints the same.</summary>
internal static class NumberText
{
    /// <summary>What stands for a number that is not there.</summary>
    public const string Absent = "-";

    /// <summary>
    /// Four significant digits, but never fewer than the whole part has, and at most six decimals; trailing zeros stay, so that columns
    /// line up.
    /// </summary>
    public static string Significant(double value)
    {
        if (double.IsNaN(value))
            return Absent;
        var magnitude = Math.Abs(value);
        if (double.IsInfinity(value) || magnitude >= 1e9)
            return value.ToString("0.000e+0", CultureInfo.InvariantCulture);
        if (value == 0)
            return "0";
        var decimals = 0;
        for (; magnitude < 999.95 && decimals < 6; magnitude *= 10)
            decimals++;
        return value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>The same without trailing zeros: for a number that stands alone.</summary>
    public static string Short(double value)
    {
        var text = Significant(value);
        return text.Contains('.') && !text.Contains('e') ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>A number of things.</summary>
    public static string Count(double value) =>
        double.IsNaN(value) ? Absent : value.ToString("F0", CultureInfo.InvariantCulture);

    /// <summary>A share from 0 to 1 as a percentage with one decimal.</summary>
    public static string Percent(double share) =>
        double.IsNaN(share) ? Absent : (share * 100).ToString("F1", CultureInfo.InvariantCulture);
}
