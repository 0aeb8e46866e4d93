// Owns numbers in arithmetic and comparison: an exact integer or a float, compared without rounding.
using System.Numerics;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

/// <summary>A Python number. Integers and floats of one value are equal and hash alike.</summary>
internal readonly struct Number
{
    private readonly BigInteger _integer;
    private readonly double _float;

    public Number(BigInteger value) => _integer = value;

    public Number(double value)
    {
        _float = value;
        IsFloat = true;
    }

    public bool IsFloat { get; }

    public BigInteger Integer => _integer;

    public double Float => IsFloat ? _float : (double)_integer;

    public int Order(Number other)
    {
        if (IsFloat && other.IsFloat)
            return Compare(_float, other._float);
        if (!IsFloat && !other.IsFloat)
            return _integer.CompareTo(other._integer);
        return IsFloat ? -other.Order(this) : CompareToFloat(other._float);
    }

    public override int GetHashCode() =>
        IsFloat && double.IsFinite(_float) && Math.Floor(_float) == _float ? new BigInteger(_float).GetHashCode()
        : IsFloat ? _float.GetHashCode()
        : _integer.GetHashCode();

    // NaN compares as unequal and unordered: any non-zero answer will do, order operators ask for NaN first.
    private static int Compare(double left, double right) =>
        left < right ? -1
        : left == right ? 0
        : 1;

    private int CompareToFloat(double other)
    {
        if (!double.IsFinite(other))
            return other > 0 ? -1 : 1;
        var floor = Math.Floor(other);
        var order = _integer.CompareTo(new BigInteger(floor));
        return order == 0 && floor < other ? -1 : order;
    }
}
