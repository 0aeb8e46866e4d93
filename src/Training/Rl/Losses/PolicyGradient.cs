// Owns the clipped policy-gradient loss in closed form: what each log-probability must change by.
namespace Tern.Training.Rl.Losses;

/// <summary>
/// The loss of one answer and its gradient by the log-probabilities of its tokens:
/// -min(r·A, clip(r)·A) with r the ratio of new to old probability, plus the divergence k3 (J. Schulman, 2020).
/// </summary>
/// <param name="options">The variant.</param>
/// <param name="answers">Answers of the whole batch.</param>
/// <param name="tokens">Tokens of the whole batch.</param>
/// <param name="longest">Most tokens that an answer may have.</param>
public sealed class PolicyGradient(PolicyLossOptions options, int answers, long tokens, int longest)
{
    /// <summary>Largest logarithm of a ratio, either way: beyond it the two policies have nothing to do with each other.</summary>
    private const double LargestLogRatio = 20;

    /// <summary>Sum of the answers' losses so far.</summary>
    public double Loss { get; private set; }

    /// <summary>Tokens whose ratio was clipped so far.</summary>
    public long Clipped { get; private set; }

    /// <summary>Tokens so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Largest distance of a ratio from 1 so far.</summary>
    public double LargestDeviation { get; private set; }

    /// <summary>Sum of the divergence over tokens so far, in nats.</summary>
    public double Divergence { get; private set; }

    /// <summary>Writes the gradient of the loss by each log-probability, and by each entropy.</summary>
    /// <param name="term">The answer.</param>
    /// <param name="current">Log-probabilities of its tokens under the weights being trained.</param>
    /// <param name="gradient">One a token.</param>
    /// <param name="entropyGradient">One a token, or empty.</param>
    public void Add(PolicyTerm term, ReadOnlySpan<float> current, Span<float> gradient, Span<float> entropyGradient)
    {
        ArgumentNullException.ThrowIfNull(term);
        var old = term.Rollout.LogProbabilities;
        double weight = Weight(current.Length);
        double sequence = 0;
        if (options.Ratio == RatioLevel.Sequence)
        {
            for (int i = 0; i < current.Length; i++)
                sequence += (current[i] - old[i]) / (double)current.Length;
        }
        for (int i = 0; i < current.Length; i++)
        {
            double logRatio = options.Ratio == RatioLevel.Sequence ? sequence : (double)current[i] - old[i];
            double ratio = Math.Exp(Math.Clamp(logRatio, -LargestLogRatio, LargestLogRatio));
            double slope = Slope(ratio, term.Advantage, out double loss);
            if (term.Reference is { } reference && options.KlCoefficient != 0)
            {
                double apart = Math.Clamp((double)reference[i] - current[i], -LargestLogRatio, LargestLogRatio);
                double divergence = Math.Exp(apart) - apart - 1;
                Divergence += divergence;
                loss += options.KlCoefficient * divergence;
                slope += options.KlCoefficient * (1 - Math.Exp(apart));
            }
            gradient[i] = (float)(slope * weight);
            if (!entropyGradient.IsEmpty)
                entropyGradient[i] = (float)(-options.EntropyCoefficient * weight);
            Loss += loss * weight;
            Tokens++;
            LargestDeviation = Math.Max(LargestDeviation, Math.Abs(ratio - 1));
        }
    }

    private double Weight(int length) =>
        options.Aggregation switch
        {
            Aggregation.SequenceMean => 1.0 / answers / Math.Max(1, length),
            Aggregation.TokenMean => 1.0 / Math.Max(1, tokens),
            Aggregation.Constant => 1.0 / answers / longest,
            _ => throw new InvalidOperationException($"unknown aggregation {options.Aggregation}"),
        };

    /// <summary>d loss / d log-probability: -r·A while the ratio counts, else 0.</summary>
    private double Slope(double ratio, double advantage, out double loss)
    {
        double clipped = Math.Clamp(ratio, 1 - options.ClipLow, 1 + options.ClipHigh);
        double plain = -ratio * advantage;
        double limited = -clipped * advantage;
        if (limited > plain)
        {
            Clipped++;
            loss = limited;
            return 0;
        }
        if (advantage < 0 && options.DualClip > 0 && ratio > options.DualClip)
        {
            Clipped++;
            loss = -options.DualClip * advantage;
            return 0;
        }
        loss = plain;
        return -ratio * advantage;
    }
}
