// Owns percentiles of any number of values in memory that does not grow with their number.
namespace Tern.Simulation.Reports;

/// <summary>
/// A histogram whose buckets are a fixed share of their value wide: 512 to every doubling, taken from the number's own bits, so that
/// no logarithm is computed and every machine agrees. Count, sum, least and greatest are exact; a percentile is within
/// <see cref="RelativeError"/> of the exact one. Memory follows the range of the values: 4 KiB a doubling.
/// </summary>
public sealed class LogHistogram
{
    /// <summary>Bound on a percentile's relative error: half a bucket, 1/1024.</summary>
    public const double RelativeError = 1.0 / 1024;

    private const int MantissaBits = 9;
    private const int Shift = 52 - MantissaBits;

    private long[] _buckets = [];
    private int _firstBucket;
    private long _zeros;
    private double _sum;
    private double _lost;

    /// <summary>Number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of the values (compensated: correct to the last bits over any number of them).</summary>
    public double Sum => _sum + _lost;

    /// <summary>Mean; <see cref="double.NaN"/> without values.</summary>
    public double Mean => Count == 0 ? double.NaN : Sum / Count;

    /// <summary>Least value; <see cref="double.NaN"/> without values.</summary>
    public double Min { get; private set; } = double.NaN;

    /// <summary>Greatest value; <see cref="double.NaN"/> without values.</summary>
    public double Max { get; private set; } = double.NaN;

    /// <summary>Adds a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public void Add(double value)
    {
        if (!(value >= 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a value must be finite and not negative");
        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Count == 0 ? value : Math.Max(Max, value);
        Count++;
        Accumulate(value);
        if (value == 0)
        {
            _zeros++;
            return;
        }
        // First the place: it may replace the array.
        var slot = Slot((int)(BitConverter.DoubleToInt64Bits(value) >> Shift));
        _buckets[slot]++;
    }

    /// <summary>
    /// The nearest-rank percentile: the least value that at least <paramref name="percent"/> % of the values do not exceed;
    /// <see cref="double.NaN"/> without values.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 0 and 100.</exception>
    public double Percentile(double percent)
    {
        if (percent is not (>= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "a percentile is between 0 and 100");
        if (Count == 0)
            return double.NaN;
        var rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        // The ends are known exactly.
        if (rank == 1)
            return Min;
        if (rank >= Count)
            return Max;
        var seen = _zeros;
        if (rank <= seen)
            return 0;
        var slot = -1;
        while (seen < rank)
            seen += _buckets[++slot];
        return Math.Clamp(Middle(_firstBucket + slot), Min, Max);
    }

    private static double Middle(int bucket)
    {
        var low = BitConverter.Int64BitsToDouble((long)bucket << Shift);
        var high = BitConverter.Int64BitsToDouble(((long)bucket + 1) << Shift);
        return double.IsInfinity(high) ? low : low + (high - low) / 2;
    }

    /// <summary>The bucket's place in the window of buckets kept, which grows to hold it.</summary>
    private int Slot(int bucket)
    {
        if (_buckets.Length == 0)
        {
            _buckets = new long[1 << MantissaBits];
            _firstBucket = bucket & -_buckets.Length;
        }
        if (bucket >= _firstBucket && bucket < _firstBucket + _buckets.Length)
            return bucket - _firstBucket;
        // Whole doublings of the value, so that values near one another grow it once.
        const int doubling = 1 << MantissaBits;
        var first = Math.Min(_firstBucket, bucket & -doubling);
        var end = Math.Max(_firstBucket + _buckets.Length, (bucket & -doubling) + doubling);
        var wider = new long[end - first];
        _buckets.CopyTo(wider, _firstBucket - first);
        (_buckets, _firstBucket) = (wider, first);
        return bucket - first;
    }

    /// <summary>Neumaier's summation: what an addition rounds off is kept aside.</summary>
    private void Accumulate(double value)
    {
        var sum = _sum + value;
        _lost += _sum >= value ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
