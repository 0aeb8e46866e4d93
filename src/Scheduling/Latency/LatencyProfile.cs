// Owns the coefficients of the published step-time formulas for one engine, model and degree of tensor parallelism.
namespace Tern.Scheduling.Latency;

/// <summary>
/// What a profiler fitted, in ms (DistServe, appendix A; LoongServe has the same prefill form). <see cref="Profiled"/> reads it.
/// </summary>
public sealed record LatencyProfile
{
    /// <summary>Ms of a prefill step.</summary>
    public required PrefillTerms Prefill { get; init; }

    /// <summary>Ms of a decode step of fewer sequences than <see cref="LargeBatch"/>.</summary>
    public required DecodeTerms SmallBatchDecode { get; init; }

    /// <summary>Ms of a decode step of at least <see cref="LargeBatch"/> sequences.</summary>
    public required DecodeTerms LargeBatchDecode { get; init; }

    /// <summary>Sequences from which the large-batch fit holds; DistServe's profiles all switch at 95.</summary>
    public int LargeBatch { get; init; } = 95;

    /// <summary>The same profile with every prefill and every decode taking this many times as long.</summary>
    public LatencyProfile Scaled(double prefill, double decode) =>
        this with
        {
            Prefill = new(prefill * Prefill.Fixed, prefill * Prefill.PerToken, prefill * Prefill.PerSquare),
            SmallBatchDecode = SmallBatchDecode.Scaled(decode),
            LargeBatchDecode = LargeBatchDecode.Scaled(decode),
        };

    /// <summary><c>Fixed + PerToken·tokens + PerSquare·Σ length²</c>, in ms.</summary>
    /// <param name="Fixed">Ms of any prefill.</param>
    /// <param name="PerToken">Ms a token.</param>
    /// <param name="PerSquare">Ms for each unit of the sum of the squared prompt lengths.</param>
    public readonly record struct PrefillTerms(double Fixed, double PerToken, double PerSquare);

    /// <summary><c>Fixed + PerContextToken·context + PerSequence·sequences</c>, in ms.</summary>
    /// <param name="Fixed">Ms of any decode.</param>
    /// <param name="PerContextToken">Ms for each token whose keys and values are read.</param>
    /// <param name="PerSequence">Ms a sequence.</param>
    public readonly record struct DecodeTerms(double Fixed, double PerContextToken, double PerSequence)
    {
        internal DecodeTerms Scaled(double factor) =>
            new(factor * Fixed, factor * PerContextToken, factor * PerSequence);
    }
}
