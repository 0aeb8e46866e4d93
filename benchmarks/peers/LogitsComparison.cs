// Owns the proof that both contenders do the same work: their logits for the same tokens.
using System.Globalization;
using Tern.Cli.Evaluation;

namespace Tern.Peers;

/// <summary>How far the logits of two contenders lie apart.</summary>
/// <param name="Positions">Positions compared.</param>
/// <param name="MaxDifference">The largest absolute difference of two logits.</param>
/// <param name="Spread">Standard deviation of the peer's logits: the unit in which a difference is large or small.</param>
/// <param name="Error">Squared differences by squared logits (normalized mean square error).</param>
/// <param name="SameChoices">Positions at which both have the same largest logit.</param>
/// <param name="IsRounded">Whether weights are quantized, so that both programs round activations to 8 bits before products.</param>
internal sealed record LogitsComparison(
    int Positions,
    double MaxDifference,
    double Spread,
    double Error,
    int SameChoices,
    bool IsRounded
)
{
    // Both programs round activations to 8 bits where weights are quantized, in blocks of different sizes for some types;
    // for F16 weights llama.cpp rounds activations to F16. A wrong layer, rope or mask errs by order one.
    private const double RoundedTolerance = 0.01;
    private const double ExactTolerance = 1e-5;

    /// <summary>Whether both compute the same network.</summary>
    public bool IsSameNetwork => Error < Tolerance;

    private double Tolerance => IsRounded ? RoundedTolerance : ExactTolerance;

    /// <summary>The comparison in a sentence.</summary>
    public string Text() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"logits of {Positions} positions: largest difference {MaxDifference:G3} where logits spread by {Spread:G3}; same choice at {SameChoices}; normalized error {Error:G2}, allowed {Tolerance:G2} as {(IsRounded ? "both round activations to 8 bits" : "no activations are rounded to 8 bits")}: {(IsSameNetwork ? "the same network" : "THE NETWORKS DIFFER")}"
        );

    /// <summary>Compares all positions of one sequence.</summary>
    public static LogitsComparison Of(IContender tern, IContender peer, int positions, bool isRounded)
    {
        int width = tern.VocabularySize;
        int[] tokens = TestTokens.Make(positions, width, salt: 4);
        using var first = tern.Sequences(1, positions);
        using var second = peer.Sequences(1, positions);
        var ours = first.Append(tokens, OutputRows.All);
        var theirs = second.Append(tokens, OutputRows.All);
        (double max, double squaredError, double squares, double sum) = (0, 0, 0, 0);
        for (int i = 0; i < theirs.Length; i++)
        {
            double difference = Math.Abs((double)ours[i] - theirs[i]);
            max = Math.Max(max, difference);
            squaredError += difference * difference;
            squares += (double)theirs[i] * theirs[i];
            sum += theirs[i];
        }
        int same = 0;
        for (int row = 0; row < positions; row++)
        {
            if (Largest(ours.Slice(row * width, width)) == Largest(theirs.Slice(row * width, width)))
                same++;
        }
        double mean = sum / theirs.Length;
        return new LogitsComparison(
            positions,
            max,
            Math.Sqrt(squares / theirs.Length - mean * mean),
            squaredError / squares,
            same,
            isRounded
        );
    }

    private static int Largest(ReadOnlySpan<float> row)
    {
        int largest = 0;
        for (int i = 1; i < row.Length; i++)
        {
            if (row[i] > row[largest])
                largest = i;
        }
        return largest;
    }
}
