// Owns a codebook laid out for searching: which point is nearest to a vector under a given scale.
using System.Numerics;
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization.Codebooks;

/// <summary>
/// The coordinates of a codebook's points as floats, coordinate by coordinate, and their squared lengths. A point p at
/// scale s is off a vector v by |v|² + s · (s · |p|² - 2 · p·v); the bracket is what there is to minimize.
/// </summary>
internal sealed class PointTable
{
    private readonly float[] _coordinates;
    private readonly float[] _squaredLengths;

    /// <summary>Builds the table from coordinates given point by point.</summary>
    private PointTable(ReadOnlySpan<float> points, int dimensions)
    {
        Dimensions = dimensions;
        Count = points.Length / dimensions;
        _coordinates = new float[points.Length];
        _squaredLengths = new float[Count];
        for (int i = 0; i < points.Length; i++)
        {
            _coordinates[i % dimensions * Count + i / dimensions] = points[i];
            _squaredLengths[i / dimensions] += points[i] * points[i];
        }
        Largest = MathF.Abs(BlockSearch.Extreme(points));
    }

    public int Dimensions { get; }

    public int Count { get; }

    /// <summary>The largest magnitude of a coordinate.</summary>
    public float Largest { get; }

    /// <summary>
    /// Points whose coordinates are bytes of integers, each moved by every one of the shifts in turn.
    /// </summary>
    public static PointTable From<T>(ReadOnlySpan<T> grid, params ReadOnlySpan<float> shifts)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.Cast<T, sbyte>(grid);
        float[] points = new float[bytes.Length * shifts.Length];
        for (int i = 0; i < points.Length; i++)
            points[i] = bytes[i % bytes.Length] + shifts[i / bytes.Length];
        return new PointTable(points, bytes.Length / grid.Length);
    }

    public float Coordinate(int point, int dimension) => _coordinates[dimension * Count + point];

    public float SquaredLength(int point) => _squaredLengths[point];

    /// <summary>The scalar product of every point with <paramref name="vector"/>.</summary>
    public void Multiply(ReadOnlySpan<float> vector, Span<float> products)
    {
        for (int start = 0; start < Count; start += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (int j = 0; j < Dimensions; j++)
                sum += new Vector<float>(_coordinates.AsSpan(j * Count + start)) * vector[j];
            sum.CopyTo(products[start..]);
        }
    }

    /// <summary>The point nearest to the vector with the given scalar products, the first of equals.</summary>
    public int Nearest(ReadOnlySpan<float> products, float scale)
    {
        var least = new Vector<float>(float.PositiveInfinity);
        var where = Vector<int>.Zero;
        var at = Vector<int>.Indices;
        for (int start = 0; start < Count; start += Vector<float>.Count)
        {
            var product = new Vector<float>(products[start..]);
            var cost = new Vector<float>(_squaredLengths.AsSpan(start)) * scale - (product + product);
            var less = Vector.LessThan(cost, least);
            least = Vector.ConditionalSelect(less, cost, least);
            where = Vector.ConditionalSelect(less, at, where);
            at += new Vector<int>(Vector<int>.Count);
        }
        int best = 0;
        for (int lane = 1; lane < Vector<float>.Count; lane++)
        {
            if (least[lane] < least[best] || least[lane] == least[best] && where[lane] < where[best])
                best = lane;
        }
        return where[best];
    }
}
