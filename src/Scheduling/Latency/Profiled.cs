// Owns the latency model of published profiles: prefill quadratic in length, decode linear with a small- and a large-batch fit.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Step times from a <see cref="LatencyProfile"/>. With <c>p</c> stages a prefill takes <c>(a + b·T + c·S)/p + h·p</c> on each and a decode
/// <c>(a + b·C + c·B)/p</c> (DistServe, simdistserve/estimators/time_estimator.py). A step that does both costs the prefill formula plus
/// decode's parts a context token and a sequence: the weights are read once. Fits cover what their profiler ran: at most 2,048 tokens a prompt for OPT.
/// </summary>
public sealed class Profiled : IStagedLatencyModel
{
    private readonly LatencyProfile _profile;
    private readonly Options _options;

    /// <summary>Creates the model.</summary>
    /// <param name="profile">The coefficients.</param>
    /// <param name="stages">Pipeline stages the model is cut into.</param>
    /// <param name="options">How to read them; null is <see cref="Reading.Monotone"/> without dispatch time.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stages"/> is below 1.</exception>
    /// <exception cref="ArgumentException">A coefficient is not finite, or a fixed part is not positive.</exception>
    public Profiled(LatencyProfile profile, int stages = 1, Options? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        Check(profile.Prefill.Fixed, profile.Prefill.PerToken, profile.Prefill.PerSquare, nameof(profile.Prefill));
        CheckDecode(profile.SmallBatchDecode, nameof(profile.SmallBatchDecode));
        CheckDecode(profile.LargeBatchDecode, nameof(profile.LargeBatchDecode));
        _options = options ?? new Options();
        _profile = _options.Reading == Reading.Monotone ? WithoutNegatives(profile) : profile;
        Stages = stages;
    }

    /// <summary>How the coefficients are read.</summary>
    public enum Reading
    {
        /// <summary>
        /// More of anything never takes less time: negative coefficients count as 0, and a batch beyond the switch is no cheaper than the
        /// largest one before it with the same context.
        /// </summary>
        Monotone,

        /// <summary>Exactly as published, with the drop where the large-batch fit takes over.</summary>
        Published,
    }

    /// <inheritdoc/>
    public int Stages { get; }

    /// <inheritdoc/>
    public double StepMs(in StepShape step) => Stages * SteadyStageMs(step) + DispatchMs(step);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stage.</exception>
    public double StageMs(in StepShape step, int stage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stage, Stages);
        return SteadyStageMs(step) + (stage == 0 ? DispatchMs(step) : 0);
    }

    private double SteadyStageMs(in StepShape step)
    {
        if (step.PrefillTokens == 0)
            return DecodeMs(step, sharedFixed: 0) / Stages;
        var (a, b, c) = _profile.Prefill;
        var rows = b * step.PrefillTokens + c * step.PrefillSquares;
        var ms = step.DecodeTokens == 0 ? a + rows : DecodeMs(step, sharedFixed: a) + rows;
        return ms / Stages + _options.PrefillHandOverMs * Stages;
    }

    /// <summary>The decode part with the fixed part that holds for the step.</summary>
    private double DecodeMs(in StepShape step, double sharedFixed)
    {
        if (step.DecodeTokens < _profile.LargeBatch)
            return Decode(_profile.SmallBatchDecode, step.DecodeTokens, step.DecodeContext, sharedFixed);
        var large = Decode(_profile.LargeBatchDecode, step.DecodeTokens, step.DecodeContext, sharedFixed);
        return _options.Reading == Reading.Published
            ? large
            : Math.Max(
                large,
                Decode(_profile.SmallBatchDecode, _profile.LargeBatch - 1, step.DecodeContext, sharedFixed)
            );
    }

    private double Decode(LatencyProfile.DecodeTerms terms, int sequences, long context, double sharedFixed)
    {
        // Beside prefills the weight pass is theirs; read monotonically it is the longer of the two, so that adding a prefill costs.
        var pass =
            sharedFixed == 0 ? terms.Fixed
            : _options.Reading == Reading.Published ? sharedFixed
            : Math.Max(sharedFixed, terms.Fixed);
        return pass + terms.PerContextToken * context + terms.PerSequence * sequences;
    }

    // The simulator counts a decode's context without the token being computed.
    private double DispatchMs(in StepShape step) =>
        _options.DispatchFixedMs
        + _options.DispatchPerContextTokenMs * (step.PrefillContext + step.DecodeContext - step.DecodeTokens);

    private static LatencyProfile WithoutNegatives(LatencyProfile profile) =>
        profile with
        {
            Prefill = new(
                profile.Prefill.Fixed,
                Math.Max(0, profile.Prefill.PerToken),
                Math.Max(0, profile.Prefill.PerSquare)
            ),
            SmallBatchDecode = WithoutNegatives(profile.SmallBatchDecode),
            LargeBatchDecode = WithoutNegatives(profile.LargeBatchDecode),
        };

    private static LatencyProfile.DecodeTerms WithoutNegatives(LatencyProfile.DecodeTerms terms) =>
        new(terms.Fixed, Math.Max(0, terms.PerContextToken), Math.Max(0, terms.PerSequence));

    private static void CheckDecode(LatencyProfile.DecodeTerms terms, string name) =>
        Check(terms.Fixed, terms.PerContextToken, terms.PerSequence, name);

    private static void Check(double fixedMs, double second, double third, string name)
    {
        if (!double.IsFinite(fixedMs) || fixedMs <= 0 || !double.IsFinite(second) || !double.IsFinite(third))
            throw new ArgumentException(
                $"{name} is ({fixedMs}, {second}, {third}); all three must be finite and the first, ms of any step, positive"
            );
    }

    /// <summary>How a profile is read.</summary>
    public sealed record Options
    {
        /// <summary>As DistServe's simulator reads it: published coefficients, and the time to dispatch a step through Ray.</summary>
        public static Options DistServeSimulator { get; } =
            new()
            {
                Reading = Reading.Published,
                DispatchFixedMs = 2,
                DispatchPerContextTokenMs = 0.0001,
            };

        /// <summary>How the coefficients are read.</summary>
        public Reading Reading { get; init; } = Reading.Monotone;

        /// <summary>Ms that every stage adds to a prefill, times the number of stages; 1 in DistServe's simulator (time_estimator.py).</summary>
        public double PrefillHandOverMs { get; init; } = 1;

        /// <summary>Ms the first stage adds to every step; 2 in DistServe's simulator (base/worker.py).</summary>
        public double DispatchFixedMs { get; init; }

        /// <summary>Ms the first stage adds for each token of context; 0.0001 in DistServe's simulator (base/worker.py).</summary>
        public double DispatchPerContextTokenMs { get; init; }
    }
}
