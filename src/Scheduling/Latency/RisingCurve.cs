// Owns a cost as a curve through measured values that never falls.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Straight lines between the values, which are smoothed first where they fall (<see cref="Isotonic"/>). Before the first value the curve is
/// flat. Beyond the last one goes the slope of the last line, or of the line from the first value to the last if that is steeper: noise that
/// was smoothed flat at the end must not make everything larger free.
/// </summary>
internal sealed class RisingCurve
{
    private readonly double[] _at;
    private readonly double[] _values;
    private readonly double _slopeBeyond;

    /// <summary>Creates the curve.</summary>
    /// <param name="at">Places, ascending, at least one.</param>
    /// <param name="values">Values at the places, not negative; taken over and smoothed.</param>
    public RisingCurve(double[] at, double[] values)
    {
        Isotonic.Smooth(values);
        (_at, _values) = (at, values);
        _slopeBeyond = at.Length == 1 ? values[0] / at[0] : Math.Max(Slope(at.Length - 2), Slope(0));
    }

    /// <summary>The value at a place.</summary>
    public double At(double place)
    {
        var last = _at.Length - 1;
        if (place <= _at[0])
            return _values[0];
        if (place >= _at[last])
            return _values[last] + _slopeBeyond * (place - _at[last]);
        var found = Array.BinarySearch(_at, place);
        if (found >= 0)
            return _values[found];
        var low = ~found - 1;
        var weight = (place - _at[low]) / (_at[low + 1] - _at[low]);
        // No rounding may pass the next value.
        return Math.Min(_values[low] + weight * (_values[low + 1] - _values[low]), _values[low + 1]);
    }

    /// <summary>Slope from the place with this index to the last.</summary>
    private double Slope(int from) => (_values[^1] - _values[from]) / (_at[^1] - _at[from]);
}
