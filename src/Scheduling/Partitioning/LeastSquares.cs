// Owns the solution of small linear least-squares problems.
namespace Tern.Scheduling.Partitioning;

/// <summary>Collects rows of <c>a·x ≈ b</c> as a triangular system by Givens rotations, which keeps the accuracy that normal equations lose.</summary>
internal sealed class LeastSquares(int unknowns)
{
    private readonly double[,] _upper = new double[unknowns, unknowns + 1];
    private readonly double[] _row = new double[unknowns + 1];
    private readonly double[] _largest = new double[unknowns];

    public int Unknowns => unknowns;

    public void Add(ReadOnlySpan<double> a, double b)
    {
        a.CopyTo(_row);
        _row[unknowns] = b;
        for (var i = 0; i < unknowns; i++)
            _largest[i] = Math.Max(_largest[i], Math.Abs(a[i]));
        for (var i = 0; i < unknowns; i++)
        {
            if (_row[i] == 0)
                continue;
            var length = double.Hypot(_upper[i, i], _row[i]);
            var (cos, sin) = (_upper[i, i] / length, _row[i] / length);
            for (var j = i; j <= unknowns; j++)
                (_upper[i, j], _row[j]) = (cos * _upper[i, j] + sin * _row[j], cos * _row[j] - sin * _upper[i, j]);
        }
    }

    /// <exception cref="ArgumentException">A column depends on the others; the message ends with what would be right.</exception>
    public double[] Solve(string needed)
    {
        var x = new double[unknowns];
        for (var i = unknowns - 1; i >= 0; i--)
        {
            if (Math.Abs(_upper[i, i]) <= 1e-10 * _largest[i])
                throw new ArgumentException($"the measurements do not determine the fit: {needed}");
            var sum = _upper[i, unknowns];
            for (var j = i + 1; j < unknowns; j++)
                sum -= _upper[i, j] * x[j];
            x[i] = sum / _upper[i, i];
        }
        return x;
    }
}
