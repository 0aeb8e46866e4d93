// Owns the course of a quantity over time, in bounded memory.
namespace Tern.Simulation.Reports;

/// <summary>
/// A quantity that keeps its value until it is set again, such as blocks in use or requests waiting, from time 0 on. It is kept as
/// time-weighted means and maxima of equal intervals; whenever they fill the memory, neighbours are merged and the interval
/// doubles. Overall mean and maximum are exact.
/// </summary>
public sealed class Gauge
{
    private readonly double[] _areas;
    private readonly double[] _maxima;
    private double _intervalMs;
    private double _nowMs;
    private double _value;
    private double _area;

    /// <summary>Creates a gauge that shows 0.</summary>
    /// <param name="capacity">Most intervals kept; even, at least 2.</param>
    /// <param name="intervalMs">First length of an interval, in ms.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number makes no sense.</exception>
    public Gauge(int capacity = 512, double intervalMs = 1)
    {
        if (capacity < 2 || capacity % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "must be even and at least 2");
        if (!(intervalMs > 0) || double.IsInfinity(intervalMs))
            throw new ArgumentOutOfRangeException(nameof(intervalMs), intervalMs, "must be positive and finite");
        (_areas, _maxima, _intervalMs) = (new double[capacity], new double[capacity], intervalMs);
    }

    /// <summary>Greatest value ever set.</summary>
    public double Max { get; private set; }

    /// <summary>Mean over the time from 0 to the last moment told; the present value if no time has passed.</summary>
    public double Mean => _nowMs > 0 ? _area / _nowMs : _value;

    /// <summary>The present length of an interval, in ms.</summary>
    public double IntervalMs => _intervalMs;

    /// <summary>The quantity takes a value at a moment, and keeps it until told otherwise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment is past, or a number is not finite or is negative.</exception>
    public void Set(double ms, double value)
    {
        if (!(value >= 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "must be finite and not negative");
        AdvanceTo(ms);
        _value = value;
        Max = Math.Max(Max, value);
        var now = IntervalOf(ms);
        _maxima[now] = Math.Max(_maxima[now], value);
    }

    /// <summary>Time passes without a change: call it once at the run's end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment is past, or not finite.</exception>
    public void AdvanceTo(double ms)
    {
        if (!(ms >= _nowMs) || double.IsInfinity(ms))
            throw new ArgumentOutOfRangeException(
                nameof(ms),
                ms,
                $"the gauge is at {_nowMs} ms and only moves forward"
            );
        while (ms >= _intervalMs * _areas.Length)
            Merge();
        _area += _value * (ms - _nowMs);
        var last = IntervalOf(ms);
        for (var i = IntervalOf(_nowMs); i <= last; i++)
        {
            var until = i == last ? ms : (i + 1) * _intervalMs;
            _areas[i] += _value * Math.Max(0, until - _nowMs);
            _maxima[i] = Math.Max(_maxima[i], until > _nowMs ? _value : 0);
            _nowMs = Math.Max(_nowMs, until);
        }
        _nowMs = ms;
    }

    /// <summary>
    /// What several gauges show together, each times a weight; one that ends before another shows 0 from then on. Means are exact. A
    /// maximum is the sum of the gauges' maxima in one interval, which may have been apart in time.
    /// </summary>
    /// <exception cref="ArgumentException">There is none, or they keep different numbers of intervals.</exception>
    public static Gauge Sum(IReadOnlyList<(Gauge Gauge, double Weight)> gauges)
    {
        if (gauges.Count == 0 || gauges.Any(entry => entry.Gauge._areas.Length != gauges[0].Gauge._areas.Length))
            throw new ArgumentException("a sum needs gauges that keep equally many intervals", nameof(gauges));
        // Intervals only ever double from the same first length, so each of the finer ones lies in one of the coarsest.
        var coarsest = gauges.MaxBy(entry => entry.Gauge._intervalMs).Gauge;
        var sum = new Gauge(coarsest._areas.Length, coarsest._intervalMs);
        foreach (var (gauge, weight) in gauges)
        {
            var part = coarsest._intervalMs / gauge._intervalMs;
            var maxima = new double[sum._maxima.Length];
            for (var i = 0; i < gauge._areas.Length; i++)
            {
                sum._areas[(int)(i / part)] += weight * gauge._areas[i];
                maxima[(int)(i / part)] = Math.Max(maxima[(int)(i / part)], weight * gauge._maxima[i]);
            }
            for (var i = 0; i < maxima.Length; i++)
                sum._maxima[i] += maxima[i];
            sum._area += weight * gauge._area;
            sum._value += weight * gauge._value;
            sum._nowMs = Math.Max(sum._nowMs, gauge._nowMs);
        }
        sum.Max = sum._maxima.Max();
        return sum;
    }

    /// <summary>The intervals up to now, in order; the last may be in progress, its mean is over the time it has lasted.</summary>
    public GaugeSample[] Samples()
    {
        var last = IntervalOf(_nowMs);
        var lasted = _nowMs - last * _intervalMs;
        var samples = new GaugeSample[last + (lasted > 0 ? 1 : 0)];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = new GaugeSample(i * _intervalMs, _areas[i] / (i == last ? lasted : _intervalMs), _maxima[i]);
        return samples;
    }

    /// <summary>The interval of a moment; one that rounding would push past the last is in the last.</summary>
    private int IntervalOf(double ms) => Math.Min((int)(ms / _intervalMs), _areas.Length - 1);

    private void Merge()
    {
        var half = _areas.Length / 2;
        for (var i = 0; i < half; i++)
        {
            _areas[i] = _areas[2 * i] + _areas[2 * i + 1];
            _maxima[i] = Math.Max(_maxima[2 * i], _maxima[2 * i + 1]);
        }
        _areas.AsSpan(half).Clear();
        _maxima.AsSpan(half).Clear();
        _intervalMs *= 2;
    }
}
