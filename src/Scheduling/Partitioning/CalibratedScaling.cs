// Owns the correction of the SM-scaling roofline by measurements.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>
/// Bullet's calibration (ASPLOS 2026, § performance estimator): <c>α = measured/predicted</c> for a sparse set of samples, linear between
/// them. One grid for prefill (over prompt tokens) and one for decode (over sequences); two samples along the units suffice.
/// </summary>
public sealed class CalibratedScaling : ISharedLatencyModel
{
    private readonly ISharedLatencyModel _model;
    private readonly double[] _shares;
    private readonly Grid _prefill;
    private readonly Grid _decode;

    /// <summary>Takes the samples.</summary>
    /// <param name="model">What is corrected.</param>
    /// <param name="measured">What the device does.</param>
    /// <param name="shares">Shares of the units at which it is measured, ascending.</param>
    /// <param name="prefillTokens">Prompts that are measured, in tokens, ascending.</param>
    /// <param name="decodeSequences">Decode batches that are measured, in sequences, ascending.</param>
    /// <param name="decodeContext">Tokens of context of each sequence of those batches.</param>
    /// <exception cref="ArgumentException">An axis is empty or does not ascend.</exception>
    public CalibratedScaling(
        ISharedLatencyModel model,
        ISharedLatencyModel measured,
        ReadOnlySpan<double> shares,
        ReadOnlySpan<int> prefillTokens,
        ReadOnlySpan<int> decodeSequences,
        int decodeContext
    )
    {
        _model = model;
        _shares = shares.ToArray();
        Ascending(_shares, nameof(shares));
        _prefill = Sampled(measured, prefillTokens, tokens => StepShape.Prefill(tokens), nameof(prefillTokens));
        _decode = Sampled(
            measured,
            decodeSequences,
            sequences => StepShape.Decode(sequences, (long)sequences * decodeContext),
            nameof(decodeSequences)
        );
    }

    /// <inheritdoc/>
    public double StepMs(in StepShape step) => StepMs(step, DeviceShare.Whole);

    /// <inheritdoc/>
    public double StepMs(in StepShape step, DeviceShare share) => _model.StepMs(step, share) * Alpha(step, share);

    /// <summary>The correction for a step: of a mixed one that of the phase with more rows.</summary>
    public double Alpha(in StepShape step, DeviceShare share)
    {
        var (grid, size) =
            step.PrefillTokens > step.DecodeTokens ? (_prefill, step.PrefillTokens) : (_decode, step.DecodeTokens);
        var (i, x) = Locate(grid.Sizes, size);
        var (j, y) = Locate(_shares, share.Compute);
        return Between(
            Between(grid.Alpha[i, j], grid.Alpha[Math.Min(i + 1, grid.Sizes.Length - 1), j], x),
            Between(
                grid.Alpha[i, Math.Min(j + 1, _shares.Length - 1)],
                grid.Alpha[Math.Min(i + 1, grid.Sizes.Length - 1), Math.Min(j + 1, _shares.Length - 1)],
                x
            ),
            y
        );
    }

    private Grid Sampled(ISharedLatencyModel measured, ReadOnlySpan<int> sizes, Func<int, StepShape> step, string name)
    {
        var axis = new double[sizes.Length];
        var alpha = new double[sizes.Length, _shares.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            axis[i] = sizes[i];
            for (var j = 0; j < _shares.Length; j++)
            {
                var share = new DeviceShare(_shares[j], _shares[j] < 1);
                alpha[i, j] = measured.StepMs(step(sizes[i]), share) / _model.StepMs(step(sizes[i]), share);
            }
        }
        Ascending(axis, name);
        return new Grid(axis, alpha);
    }

    private static void Ascending(double[] axis, string name)
    {
        if (axis.Length == 0)
            throw new ArgumentException($"{name} is empty; it needs at least one point", name);
        for (var i = 1; i < axis.Length; i++)
        {
            if (axis[i] <= axis[i - 1])
                throw new ArgumentException($"{name} must ascend; {axis[i]} follows {axis[i - 1]}", name);
        }
    }

    /// <summary>The point below a value and how far it is to the next; beyond the ends the nearest point counts.</summary>
    private static (int Below, double Part) Locate(double[] axis, double value)
    {
        var above = 0;
        while (above < axis.Length && axis[above] <= value)
            above++;
        if (above == 0 || above == axis.Length)
            return (Math.Max(0, above - 1), 0);
        return (above - 1, (value - axis[above - 1]) / (axis[above] - axis[above - 1]));
    }

    private static double Between(double low, double high, double part) => low + (high - low) * part;

    private sealed record Grid(double[] Sizes, double[,] Alpha);
}
