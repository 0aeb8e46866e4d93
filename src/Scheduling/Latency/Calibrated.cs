// Owns the latency model of one real machine and model: curves through the steps that were measured there.
namespace Tern.Scheduling.Latency;

/// <summary>
/// What a step is made of, each part measured: <c>rows(all rows) + sampled(sampled tokens) + PerPair·prefill pairs + PerContextToken·decode
/// context</c>, in ms. Rows go through the layers together, so a step with prefills and decodes reads the weights once; sampled tokens go
/// through the output matrix and the sampler; pairs and context are attention. Both curves rise and no coefficient is negative, so more work
/// never takes less time. Steps of the least context a size are met exactly, unless noise made a larger one faster; the errors over all steps
/// are there to be shown.
/// </summary>
public sealed class Calibrated : ILatencyModel
{
    // No step takes nothing, however the attention in it was overestimated.
    private const double LeastMs = 1e-6;

    private readonly RisingCurve _rows;
    private readonly RisingCurve _sampled;

    private Calibrated(IReadOnlyList<MeasuredStep> steps, MeasuredStep[] chunks, MeasuredStep[] decodes)
    {
        PerPair = Slope(chunks, s => s.Step.PrefillTokens, s => s.Step.PrefillPairs);
        PerContextToken = Slope(decodes, s => s.Step.DecodeTokens, s => s.Step.DecodeContext);
        MeasuredStep[] shallow = [.. chunks.DistinctBy(s => s.Step.PrefillTokens)];
        _rows = new RisingCurve(
            [.. shallow.Select(s => (double)s.Step.PrefillTokens)],
            [.. shallow.Select(s => Math.Max(LeastMs, s.Ms - PerPair * s.Step.PrefillPairs))]
        );
        shallow = [.. decodes.DistinctBy(s => s.Step.DecodeTokens)];
        _sampled = new RisingCurve(
            [0, .. shallow.Select(s => (double)s.Step.DecodeTokens)],
            [
                0,
                .. shallow.Select(s =>
                    Math.Max(0, s.Ms - PerContextToken * s.Step.DecodeContext - _rows.At(s.Step.DecodeTokens))
                ),
            ]
        );
        double[] errors = [.. steps.Select(s => Math.Abs(StepMs(s.Step) / s.Ms - 1))];
        (Steps, MeanRelativeError, MaxRelativeError) = (steps.Count, errors.Average(), errors.Max());
    }

    /// <summary>Ms for each query-key pair of prefill.</summary>
    public double PerPair { get; }

    /// <summary>Ms for each token whose keys and values a decode reads.</summary>
    public double PerContextToken { get; }

    /// <summary>Steps measured.</summary>
    public int Steps { get; }

    /// <summary>Mean of |model/measured - 1| over all steps.</summary>
    public double MeanRelativeError { get; }

    /// <summary>Largest |model/measured - 1| of a step.</summary>
    public double MaxRelativeError { get; }

    /// <summary>Makes the model from measured steps.</summary>
    /// <param name="steps">
    /// Chunks that sample nothing and decodes that sample a token each, both of several sizes, some of them with more context. Steps with both
    /// are not fitted, they count in the errors.
    /// </param>
    /// <exception cref="ArgumentException">There is no chunk or no decode, or a step is none or took no time.</exception>
    public static Calibrated Fit(IReadOnlyList<MeasuredStep> steps)
    {
        foreach (var step in steps)
            Check(step);
        MeasuredStep[] chunks =
        [
            .. steps
                .Where(s => s.Step is { DecodeTokens: 0, SampledTokens: 0 })
                .OrderBy(s => s.Step.PrefillTokens)
                .ThenBy(s => s.Step.PrefillPairs),
        ];
        MeasuredStep[] decodes =
        [
            .. steps
                .Where(s => s.Step.PrefillTokens == 0 && s.Step.SampledTokens == s.Step.DecodeTokens)
                .OrderBy(s => s.Step.DecodeTokens)
                .ThenBy(s => s.Step.DecodeContext),
        ];
        if (chunks.Length == 0 || decodes.Length == 0)
            throw new ArgumentException(
                $"{chunks.Length} chunks without and {decodes.Length} decodes with sampled tokens; at least one of each must be measured",
                nameof(steps)
            );
        return new Calibrated(steps, chunks, decodes);
    }

    /// <inheritdoc/>
    public double StepMs(in StepShape step) =>
        _rows.At(step.Rows)
        + _sampled.At(step.SampledTokens)
        + PerPair * step.PrefillPairs
        + PerContextToken * step.DecodeContext;

    /// <summary>
    /// Ms for each unit of context by which a step exceeds the one of its size with the least, of least relative error; no more than leaves
    /// every step's rows a time that is not negative.
    /// </summary>
    /// <param name="steps">By size, then context.</param>
    /// <param name="size">Rows.</param>
    /// <param name="context">Pairs, or tokens.</param>
    private static double Slope(MeasuredStep[] steps, Func<MeasuredStep, int> size, Func<MeasuredStep, long> context)
    {
        var (up, down, most) = (0.0, 0.0, double.PositiveInfinity);
        var shallow = steps[0];
        foreach (var step in steps)
        {
            if (size(step) != size(shallow))
                shallow = step;
            // Divided by the measured time the aim is 1 everywhere: errors count relative to it.
            var more = (context(step) - context(shallow)) / step.Ms;
            up += more * (step.Ms - shallow.Ms) / step.Ms;
            down += more * more;
            most = Math.Min(most, step.Ms / Math.Max(1, context(step)));
        }
        return down == 0 ? 0 : Math.Clamp(up / down, 0, most);
    }

    private static void Check(MeasuredStep measured)
    {
        var step = measured.Step;
        if (
            step.PrefillTokens < 0
            || step.DecodeTokens < 0
            || step.Rows < 1
            || step.PrefillPairs < step.PrefillTokens
            || step.DecodeContext < step.DecodeTokens
            || step.SampledTokens < 0
            || !(measured.Ms > 0 && double.IsFinite(measured.Ms))
        )
            throw new ArgumentException(
                $"{measured} is no measurement: it needs a row of prefill or decode, at least a pair a prefill row and a token of context a decode, and positive ms"
            );
    }
}
