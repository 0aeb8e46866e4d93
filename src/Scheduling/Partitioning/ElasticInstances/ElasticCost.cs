// Owns how long the iterations of elastic groups take, by number of instances.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// LoongServe's analytical model (SOSP 2024, §5.5): an estimate for the policies, the truth in simulation. Build one from measured
/// coefficients, or from a device sheet with <see cref="ElasticRoofline"/>.
/// </summary>
public sealed class ElasticCost
{
    private readonly PrefillCoefficients[] _prefill;

    /// <summary>Creates the model.</summary>
    /// <param name="prefill">Coefficients of 1, 2, … instances.</param>
    /// <param name="decode">Coefficients of a decode step.</param>
    /// <param name="migrationMsPerToken">Ms to move the keys and values of one token to another instance.</param>
    /// <exception cref="ArgumentException">There are no coefficients.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is negative or not finite.</exception>
    public ElasticCost(ReadOnlySpan<PrefillCoefficients> prefill, DecodeCoefficients decode, double migrationMsPerToken)
    {
        if (prefill.IsEmpty)
            throw new ArgumentException("at least the coefficients of one instance are needed", nameof(prefill));
        _prefill = prefill.ToArray();
        foreach (var (a, b, c) in prefill)
        {
            if (!(a >= 0 && b >= 0 && c >= 0 && double.IsFinite(a + b + c)))
                throw new ArgumentOutOfRangeException(
                    nameof(prefill),
                    $"({a}, {b}, {c})",
                    "coefficients must be finite and not negative"
                );
        }
        Decode = decode;
        MigrationMsPerToken = migrationMsPerToken;
    }

    /// <summary>Most instances a group can have.</summary>
    public int Instances => _prefill.Length;

    /// <summary>What a decode step costs.</summary>
    public DecodeCoefficients Decode { get; }

    /// <summary>Ms to move the keys and values of one token to another instance.</summary>
    public double MigrationMsPerToken { get; }

    /// <summary>The coefficients of a prefill on a group of so many instances.</summary>
    public PrefillCoefficients Prefill(int instances) => _prefill[instances - 1];

    /// <summary>Duration in ms of a prefill.</summary>
    /// <param name="instances">Instances of the group; at least 1.</param>
    /// <param name="tokens">Tokens of all prompts.</param>
    /// <param name="squares">Sum of the squares of the prompts' lengths.</param>
    public double PrefillMs(int instances, long tokens, double squares) => _prefill[instances - 1].Ms(tokens, squares);

    /// <summary>Duration in ms of an iteration, with the migration before it.</summary>
    public double StepMs(ElasticIteration iteration) =>
        MigrationMsPerToken * iteration.MigratedTokens
        + (
            iteration.IsPrefill
                ? PrefillMs(iteration.Instances.Length, iteration.PromptTokens, iteration.PromptSquares)
                : Decode.Ms(iteration.Instances.Length, iteration.LargestMiniBatch, iteration.LargestContext)
        );
}
