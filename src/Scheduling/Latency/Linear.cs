// Owns the latency model that is linear in the shape of a step, for when nothing is measured.
namespace Tern.Scheduling.Latency;

/// <summary>
/// <c>Fixed + PerPrefillToken·prefill tokens + PerContextToken·context tokens + PerSequence·sequences</c>, all in ms. Fits a CPU or a small
/// device well, where a decode step reads all weights (Fixed) and every cached key and value (PerContextToken).
/// </summary>
public sealed class Linear : ILatencyModel
{
    /// <summary>Creates the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is negative or not finite, or the fixed part is not positive.</exception>
    public Linear(double fixedMs, double perPrefillToken, double perContextToken, double perSequence)
    {
        Fixed = Checked(fixedMs, nameof(fixedMs), orZero: false);
        PerPrefillToken = Checked(perPrefillToken, nameof(perPrefillToken));
        PerContextToken = Checked(perContextToken, nameof(perContextToken));
        PerSequence = Checked(perSequence, nameof(perSequence));
    }

    /// <summary>Ms of any step.</summary>
    public double Fixed { get; }

    /// <summary>Ms for each row of prefill.</summary>
    public double PerPrefillToken { get; }

    /// <summary>Ms for each token of context.</summary>
    public double PerContextToken { get; }

    /// <summary>Ms for each sequence.</summary>
    public double PerSequence { get; }

    /// <inheritdoc/>
    public double StepMs(in StepShape step) =>
        Fixed
        + PerPrefillToken * step.PrefillTokens
        + PerContextToken * step.ContextTokens
        + PerSequence * step.Sequences;

    private static double Checked(double value, string name, bool orZero = true)
    {
        if (!double.IsFinite(value) || value < 0 || (value == 0 && !orZero))
            throw new ArgumentOutOfRangeException(
                name,
                value,
                $"{name} must be finite and {(orZero ? "not negative" : "positive")}."
            );
        return value;
    }
}
