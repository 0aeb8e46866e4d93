// Owns least squares with coefficients that may not be negative.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Solves min |A·x - 1|² over x ≥ 0 for a handful of unknowns. The optimum is the plain least-squares solution over the unknowns that are not
/// 0, so all subsets are tried: exact, without iteration, and always the same.
/// </summary>
internal static class NonNegativeLeastSquares
{
    /// <summary>Columns nearer to a combination of others than this share of their length are one with them.</summary>
    private const double Independent = 1e-10;

    /// <summary>The solution; 0 for a column that is all 0.</summary>
    public static double[] SolveForOnes(double[,] rows)
    {
        var (count, unknowns) = (rows.GetLength(0), rows.GetLength(1));
        // Columns differ by many orders of magnitude (1 and pairs of tokens); of length 1 they are comparable.
        var lengths = new double[unknowns];
        for (var j = 0; j < unknowns; j++)
        {
            for (var i = 0; i < count; i++)
                lengths[j] += rows[i, j] * rows[i, j];
            lengths[j] = Math.Sqrt(lengths[j]);
        }
        var (best, bestError) = (new double[unknowns], double.PositiveInfinity);
        for (var subset = 1; subset < 1 << unknowns; subset++)
        {
            int[] columns = [.. Enumerable.Range(0, unknowns).Where(j => (subset >> j & 1) == 1)];
            if (Solve(rows, columns, lengths) is not { } solution || solution.Any(x => x < 0))
                continue;
            var error = Error(rows, columns, solution);
            if (error >= bestError)
                continue;
            bestError = error;
            best = new double[unknowns];
            for (var j = 0; j < columns.Length; j++)
                best[columns[j]] = solution[j];
        }
        return best;
    }

    /// <summary>Plain least squares over some columns by modified Gram-Schmidt; null if they depend on each other.</summary>
    private static double[]? Solve(double[,] rows, int[] columns, double[] lengths)
    {
        var count = rows.GetLength(0);
        var basis = new double[columns.Length][];
        var triangle = new double[columns.Length, columns.Length];
        var projections = new double[columns.Length];
        double[] rest = [.. Enumerable.Repeat(1.0, count)];
        for (var j = 0; j < columns.Length; j++)
        {
            if (lengths[columns[j]] == 0)
                return null;
            var column = new double[count];
            for (var i = 0; i < count; i++)
                column[i] = rows[i, columns[j]] / lengths[columns[j]];
            for (var k = 0; k < j; k++)
            {
                triangle[k, j] = Dot(basis[k], column);
                Subtract(column, basis[k], triangle[k, j]);
            }
            triangle[j, j] = Math.Sqrt(Dot(column, column));
            if (triangle[j, j] < Independent)
                return null;
            for (var i = 0; i < count; i++)
                column[i] /= triangle[j, j];
            basis[j] = column;
            projections[j] = Dot(column, rest);
            Subtract(rest, column, projections[j]);
        }
        var solution = new double[columns.Length];
        for (var j = columns.Length - 1; j >= 0; j--)
        {
            solution[j] = projections[j];
            for (var k = j + 1; k < columns.Length; k++)
                solution[j] -= triangle[j, k] * solution[k];
            solution[j] /= triangle[j, j];
        }
        for (var j = 0; j < columns.Length; j++)
            solution[j] /= lengths[columns[j]];
        return solution;
    }

    private static double Error(double[,] rows, int[] columns, double[] solution)
    {
        var error = 0.0;
        for (var i = 0; i < rows.GetLength(0); i++)
        {
            var off = -1.0;
            for (var j = 0; j < columns.Length; j++)
                off += rows[i, columns[j]] * solution[j];
            error += off * off;
        }
        return error;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Subtract(double[] from, double[] direction, double amount)
    {
        for (var i = 0; i < from.Length; i++)
            from[i] -= amount * direction[i];
    }
}
