// Owns the latency model that interpolates a measured grid of share, batch and sequence length.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Step times by linear interpolation over compute share, batch and sequence length (MuxServe's estimator interpolates its profile over the
/// batch). Prefills and decodes of one step take their times one after the other, as they are separate jobs there. Outliers are smoothed until a
/// larger batch, longer sequences and a smaller share never take less; <see cref="Outliers"/> tells which. Beyond the largest batch and length the
/// last slope goes on (of a single one, the proportion); below the smallest share time grows in inverse proportion.
/// </summary>
public sealed class GridProfile : ISharedLatencyModel
{
    /// <summary>The grid is carried on to this multiple of its largest batch and length.</summary>
    private const int Beyond = 4096;

    private readonly double _contendedSlowdown;
    private readonly double[] _shares;
    private readonly double[] _batches;
    private readonly double[] _lengths;
    private readonly double[,,] _prefill;
    private readonly double[,,] _decode;

    /// <summary>Creates the model from the points of one number of devices.</summary>
    /// <param name="points">Measured points; of other numbers of devices are passed over. A cell may be missing (it did not fit in memory).</param>
    /// <param name="gpus">Number of devices.</param>
    /// <param name="contendedSlowdown">Factor on the time of a step beside another one; 1, as the grid is measured alone.</param>
    /// <param name="outlierTolerance">Relative change by smoothing from which a point is called an outlier.</param>
    /// <exception cref="ArgumentException">There is no such point, a point is no measurement, is given twice, or has no neighbour to fill a missing cell from.</exception>
    public GridProfile(
        IReadOnlyList<GridPoint> points,
        int gpus,
        double contendedSlowdown = 1,
        double outlierTolerance = 0.1
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contendedSlowdown, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(outlierTolerance);
        _contendedSlowdown = contendedSlowdown;
        GridPoint[] own = [.. points.Where(p => p.Gpus == gpus)];
        if (own.Length == 0)
            throw new ArgumentException(
                $"no point for {gpus} devices; there are points for {string.Join(", ", points.Select(p => p.Gpus).Distinct().Order())}",
                nameof(points)
            );
        foreach (var point in own)
            Check(point);
        // The largest share comes first, so that time grows along every axis.
        _shares = [.. own.Select(p => p.Compute).Distinct().OrderDescending()];
        double[] batches = [.. own.Select(p => (double)p.Batch).Distinct().Order()];
        double[] lengths = [.. own.Select(p => (double)p.SequenceLength).Distinct().Order()];
        _batches = [.. batches, batches[^1] * Beyond];
        _lengths = [.. lengths, lengths[^1] * Beyond];
        _prefill = Cells(own, p => p.PrefillMs);
        _decode = Cells(own, p => p.DecodeMs);
        Outliers =
        [
            .. own.Where(p =>
            {
                var (share, batch, length) = CellOf(p);
                return Math.Abs(_prefill[share, batch, length] / p.PrefillMs - 1) > outlierTolerance
                    || Math.Abs(_decode[share, batch, length] / p.DecodeMs - 1) > outlierTolerance;
            }),
        ];
    }

    /// <summary>Points that smoothing changed by more than the tolerance, as given.</summary>
    public IReadOnlyList<GridPoint> Outliers { get; }

    /// <inheritdoc/>
    public double StepMs(in StepShape step) => StepMs(step, DeviceShare.Whole);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The share is not above 0 and at most 1.</exception>
    public double StepMs(in StepShape step, DeviceShare share)
    {
        if (!(share.Compute is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(share),
                share.Compute,
                "a share of the compute units must be above 0 and at most 1"
            );
        var ms = 0.0;
        if (step.PrefillSequences > 0)
            ms += PrefillMs(step.PrefillSequences, (double)step.PrefillTokens / step.PrefillSequences, share.Compute);
        if (step.DecodeTokens > 0 || ms == 0)
            ms += DecodeMs(
                step.DecodeTokens,
                (double)step.DecodeContext / Math.Max(1, step.DecodeTokens),
                share.Compute
            );
        return share.Contended ? ms * _contendedSlowdown : ms;
    }

    /// <summary>Ms to prefill a batch of prompts of this mean length in tokens.</summary>
    public double PrefillMs(double batch, double length, double compute = 1) =>
        Interpolate(_prefill, compute, batch, length);

    /// <summary>Ms to decode one token of each sequence of a batch with this mean context in tokens.</summary>
    public double DecodeMs(double batch, double length, double compute = 1) =>
        Interpolate(_decode, compute, batch, length);

    private double Interpolate(double[,,] times, double compute, double batch, double length)
    {
        var smallest = _shares[^1];
        if (compute < smallest)
            return Interpolate(times, smallest, batch, length) * (smallest / compute);
        // Shares descend; negated they ascend like the other axes. Above the largest share nothing gets faster.
        var (share, shareWeight) = Locate(_shares, -Math.Min(compute, _shares[0]), sign: -1);
        var (row, rowWeight) = Locate(_batches, Math.Max(batch, _batches[0]), sign: 1);
        var (column, columnWeight) = Locate(_lengths, Math.Max(length, _lengths[0]), sign: 1);
        return Mix(shareWeight, Plane(share), shareWeight == 0 ? 0 : Plane(share + 1));

        double Plane(int s) => Mix(rowWeight, Line(s, row), rowWeight == 0 ? 0 : Line(s, row + 1));
        double Line(int s, int b) =>
            Mix(columnWeight, times[s, b, column], columnWeight == 0 ? 0 : times[s, b, column + 1]);
    }

    private static double Mix(double weight, double low, double high) =>
        weight == 0 ? low : low + weight * (high - low);

    /// <summary>The interval of the axis and the place in it; above 1 beyond the axis.</summary>
    private static (int Index, double Weight) Locate(double[] axis, double value, int sign)
    {
        var index = 0;
        while (index < axis.Length - 2 && sign * axis[index + 1] <= value)
            index++;
        if (axis.Length == 1)
            return (0, 0);
        var (low, high) = (sign * axis[index], sign * axis[index + 1]);
        return (index, (value - low) / (high - low));
    }

    /// <summary>The grid as an array: missing cells filled, smoothed, carried on beyond its edges.</summary>
    private double[,,] Cells(GridPoint[] points, Func<GridPoint, double> time)
    {
        var (shares, batches, lengths) = (_shares.Length, _batches.Length - 1, _lengths.Length - 1);
        var measured = new double[shares, batches, lengths];
        foreach (var point in points)
        {
            var (share, batch, length) = CellOf(point);
            if (measured[share, batch, length] > 0)
                throw new ArgumentException($"{point} is given twice", nameof(points));
            measured[share, batch, length] = time(point);
        }
        for (var share = 0; share < shares; share++)
        {
            for (var length = 0; length < lengths; length++)
                FillLine(measured, share, length);
        }
        Isotonic.Smooth(measured);

        var cells = new double[shares, batches + 1, lengths + 1];
        for (var share = 0; share < shares; share++)
        {
            for (var batch = 0; batch < batches; batch++)
            {
                for (var length = 0; length < lengths; length++)
                    cells[share, batch, length] = measured[share, batch, length];
                var (last, before) = (
                    cells[share, batch, lengths - 1],
                    lengths > 1 ? cells[share, batch, lengths - 2] : 0
                );
                cells[share, batch, lengths] = CarriedOn(_lengths, last, before);
            }
            for (var length = 0; length <= lengths; length++)
            {
                var (last, before) = (
                    cells[share, batches - 1, length],
                    batches > 1 ? cells[share, batches - 2, length] : 0
                );
                cells[share, batches, length] = CarriedOn(_batches, last, before);
            }
        }
        // The slopes of two shares may cross far out.
        Isotonic.Lift(cells);
        return cells;
    }

    /// <summary>The line through the last two measured values at the axis's end.</summary>
    private static double CarriedOn(double[] axis, double last, double before)
    {
        var start = axis.Length > 2 ? axis[^3] : 0;
        return last + (last - before) / (axis[^2] - start) * (axis[^1] - axis[^2]);
    }

    private void FillLine(double[,,] cells, int share, int length)
    {
        int[] known = [.. Enumerable.Range(0, cells.GetLength(1)).Where(b => cells[share, b, length] > 0)];
        if (known.Length == cells.GetLength(1))
            return;
        if (known.Length < 2)
            throw new ArgumentException(
                $"share {_shares[share]} with length {_lengths[length]} has {known.Length} of {cells.GetLength(1)} batch sizes; at least 2 must be measured"
            );
        for (var batch = 0; batch < cells.GetLength(1); batch++)
        {
            if (Array.BinarySearch(known, batch) >= 0)
                continue;
            var upper = Math.Clamp(
                Array.FindIndex(known, k => k > batch) is var i and >= 0 ? i : known.Length - 1,
                1,
                known.Length - 1
            );
            var (low, high) = (known[upper - 1], known[upper]);
            var slope = (cells[share, high, length] - cells[share, low, length]) / (_batches[high] - _batches[low]);
            var line = cells[share, low, length] + slope * (_batches[batch] - _batches[low]);
            // Below the first measured batch a steep line may reach 0; a step is then no faster than in proportion.
            cells[share, batch, length] = Math.Max(
                line,
                cells[share, low, length] * Math.Min(1, _batches[batch] / _batches[low])
            );
        }
    }

    private (int Share, int Batch, int Length) CellOf(GridPoint point) =>
        (
            Array.IndexOf(_shares, point.Compute),
            Array.IndexOf(_batches, point.Batch),
            Array.IndexOf(_lengths, point.SequenceLength)
        );

    private static void Check(GridPoint point)
    {
        if (
            !(point.Compute is > 0 and <= 1)
            || point.Batch < 1
            || point.SequenceLength < 1
            || !(point.PrefillMs > 0 && double.IsFinite(point.PrefillMs))
            || !(point.DecodeMs > 0 && double.IsFinite(point.DecodeMs))
        )
            throw new ArgumentException(
                $"{point} is no measurement: the share must be above 0 and at most 1, batch and length at least 1, times positive; leave out what was not run"
            );
    }
}
