// Owns a histogram in Prometheus' cumulative form.
using System.Globalization;

namespace Tern.Server.Metrics;

/// <summary>Counts observations in fixed buckets. Thread-safe.</summary>
/// <param name="name">Metric name without suffix.</param>
/// <param name="help">One line for people.</param>
/// <param name="bounds">Upper bounds, ascending; +Inf is implied.</param>
internal sealed class Histogram(string name, string help, double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private readonly Lock _lock = new();
    private double _sum;

    /// <summary>Counts one value.</summary>
    public void Observe(double value)
    {
        int bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
            bucket++;
        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    /// <summary>Writes the text exposition.</summary>
    public void Write(TextWriter writer, string labels)
    {
        long[] counts;
        double sum;
        lock (_lock)
        {
            counts = [.. _counts];
            sum = _sum;
        }
        writer.Write($"# HELP {name} {help}\n# TYPE {name} histogram\n");
        long total = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            string bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            writer.Write($"{name}_bucket{{{labels},le=\"{bound}\"}} {total}\n");
        }
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {sum}\n"));
        writer.Write($"{name}_count{{{labels}}} {total}\n");
    }
}
