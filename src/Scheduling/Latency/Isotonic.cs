// Owns making measured times monotone along a line or every axis of a grid.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Isotonic regression (pool adjacent violators) with medians, which a single outlier cannot move, along one axis after the other until
/// nothing changes. A grid that is monotone stays as it is.
/// </summary>
internal static class Isotonic
{
    private const int Rounds = 100;

    /// <summary>Makes the values grow, or stay.</summary>
    public static void Smooth(double[] line) => Pool(line);

    /// <summary>Makes the values grow, or stay, along all three axes.</summary>
    public static void Smooth(double[,,] cells)
    {
        for (var round = 0; round < Rounds && !IsMonotone(cells); round++)
        {
            for (var axis = 0; axis < 3; axis++)
                ForEachLine(cells, axis, Pool);
        }
        // Rounds converge but need not arrive.
        Lift(cells);
    }

    /// <summary>Raises every value to the largest one before it along any axis.</summary>
    public static void Lift(double[,,] cells)
    {
        for (var axis = 0; axis < 3; axis++)
            ForEachLine(cells, axis, LiftLine);
    }

    private static bool IsMonotone(double[,,] cells)
    {
        var monotone = true;
        for (var axis = 0; axis < 3; axis++)
        {
            ForEachLine(
                cells,
                axis,
                line =>
                {
                    for (var i = 1; i < line.Length; i++)
                        monotone &= line[i - 1] <= line[i];
                }
            );
        }
        return monotone;
    }

    /// <summary>Merges neighbouring blocks while their medians fall, then gives every block its median.</summary>
    private static void Pool(double[] line)
    {
        var ends = new List<int>();
        var medians = new List<double>();
        for (var i = 0; i < line.Length; i++)
        {
            ends.Add(i + 1);
            medians.Add(line[i]);
            while (medians.Count > 1 && medians[^2] > medians[^1])
            {
                ends.RemoveAt(ends.Count - 2);
                medians.RemoveAt(medians.Count - 1);
                medians[^1] = Median(line.AsSpan((ends.Count > 1 ? ends[^2] : 0)..ends[^1]));
            }
        }
        var start = 0;
        for (var block = 0; block < ends.Count; block++)
        {
            line.AsSpan(start..ends[block]).Fill(medians[block]);
            start = ends[block];
        }
    }

    private static void LiftLine(double[] line)
    {
        for (var i = 1; i < line.Length; i++)
            line[i] = Math.Max(line[i], line[i - 1]);
    }

    private static double Median(ReadOnlySpan<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static void ForEachLine(double[,,] cells, int axis, Action<double[]> change)
    {
        var (first, second) = ((axis + 1) % 3, (axis + 2) % 3);
        var line = new double[cells.GetLength(axis)];
        Span<int> at = stackalloc int[3];
        for (at[first] = 0; at[first] < cells.GetLength(first); at[first]++)
        {
            for (at[second] = 0; at[second] < cells.GetLength(second); at[second]++)
            {
                for (at[axis] = 0; at[axis] < line.Length; at[axis]++)
                    line[at[axis]] = cells[at[0], at[1], at[2]];
                change(line);
                for (at[axis] = 0; at[axis] < line.Length; at[axis]++)
                    cells[at[0], at[1], at[2]] = line[at[axis]];
            }
        }
    }
}
