// Owns the latency model fitted to measurements of a device.
namespace Tern.Scheduling.Latency;

/// <summary>
/// <c>Fixed + PerPrefillToken·tokens + PerPrefillPair·pairs + PerDecodeSequence·sequences + PerDecodeContextToken·context</c>, in ms, with the
/// non-negative coefficients of least relative error (weights 1/ms, as DistServe's evaluation/1-fit-time-usage fits). No coefficient is negative,
/// so more work never takes less time. The fit's errors are there to be shown.
/// </summary>
public sealed class MeasuredTable : ILatencyModel
{
    private const int Features = 5;

    private MeasuredTable(double[] coefficients, IReadOnlyList<Measurement> rows)
    {
        (Fixed, PerPrefillToken, PerPrefillPair) = (coefficients[0], coefficients[1], coefficients[2]);
        (PerDecodeSequence, PerDecodeContextToken) = (coefficients[3], coefficients[4]);
        var mean = rows.Average(r => r.Ms);
        double[] errors = [.. rows.Select(r => Math.Abs(Ms(r) / r.Ms - 1)).Order()];
        MeanRelativeError = errors.Average();
        MedianRelativeError = (errors[(errors.Length - 1) / 2] + errors[errors.Length / 2]) / 2;
        MaxRelativeError = errors[^1];
        var spread = rows.Sum(r => (r.Ms - mean) * (r.Ms - mean));
        RSquared = spread == 0 ? 1 : 1 - rows.Sum(r => (r.Ms - Ms(r)) * (r.Ms - Ms(r))) / spread;
        Rows = rows.Count;
    }

    /// <summary>Ms of any step.</summary>
    public double Fixed { get; }

    /// <summary>Ms for each row of prefill.</summary>
    public double PerPrefillToken { get; }

    /// <summary>Ms for each query-key pair of prefill.</summary>
    public double PerPrefillPair { get; }

    /// <summary>Ms for each decoding sequence.</summary>
    public double PerDecodeSequence { get; }

    /// <summary>Ms for each token whose keys and values a decode reads.</summary>
    public double PerDecodeContextToken { get; }

    /// <summary>Measurements fitted.</summary>
    public int Rows { get; }

    /// <summary>Mean of |fitted/measured - 1|.</summary>
    public double MeanRelativeError { get; }

    /// <summary>Median of |fitted/measured - 1|.</summary>
    public double MedianRelativeError { get; }

    /// <summary>Largest |fitted/measured - 1|.</summary>
    public double MaxRelativeError { get; }

    /// <summary>Share of the variance of the measured ms that the fit explains; 1 is all, and below 0 is worse than their mean.</summary>
    public double RSquared { get; }

    /// <summary>Fits the coefficients.</summary>
    /// <exception cref="ArgumentException">
    /// There are fewer measurements than coefficients, one is no measurement, or neither phase nor the fixed part would cost anything.
    /// </exception>
    public static MeasuredTable Fit(IReadOnlyList<Measurement> rows)
    {
        if (rows.Count < Features)
            throw new ArgumentException(
                $"{rows.Count} measurements; {Features} coefficients need at least as many",
                nameof(rows)
            );
        var features = new double[rows.Count, Features];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            Check(row);
            // Divided by the measured time the aim is 1 everywhere: errors count relative to it.
            features[i, 0] = 1 / row.Ms;
            features[i, 1] = row.PrefillTokens / row.Ms;
            features[i, 2] = row.PrefillPairs / row.Ms;
            features[i, 3] = row.DecodeSequences / row.Ms;
            features[i, 4] = row.DecodeContext / row.Ms;
        }
        var fit = new MeasuredTable(NonNegativeLeastSquares.SolveForOnes(features), rows);
        if (
            fit.Fixed == 0
            && (fit.PerPrefillToken + fit.PerPrefillPair == 0 || fit.PerDecodeSequence + fit.PerDecodeContextToken == 0)
        )
            throw new ArgumentException(
                "the fit leaves prefill or decode without any cost; measure small and large steps of both phases",
                nameof(rows)
            );
        return fit;
    }

    /// <inheritdoc/>
    public double StepMs(in StepShape step) =>
        Ms(step.PrefillTokens, step.PrefillPairs, step.DecodeTokens, step.DecodeContext);

    private double Ms(in Measurement row) =>
        Ms(row.PrefillTokens, row.PrefillPairs, row.DecodeSequences, row.DecodeContext);

    private double Ms(int prefillTokens, long prefillPairs, int decodeSequences, long decodeContext) =>
        Fixed
        + PerPrefillToken * prefillTokens
        + PerPrefillPair * prefillPairs
        + PerDecodeSequence * decodeSequences
        + PerDecodeContextToken * decodeContext;

    private static void Check(Measurement row)
    {
        if (
            row.PrefillTokens < 0
            || row.DecodeSequences < 0
            || row.PrefillTokens + (long)row.DecodeSequences == 0
            || row.PrefillPairs < row.PrefillTokens
            || row.DecodeContext < row.DecodeSequences
            || !(row.Ms > 0 && double.IsFinite(row.Ms))
        )
            throw new ArgumentException(
                $"{row} is no measurement: it needs a row of prefill or decode, at least a pair a prefill row and a token of context a decode, and positive ms"
            );
    }
}
