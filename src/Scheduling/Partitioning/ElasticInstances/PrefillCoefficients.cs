// Owns the three numbers that a prefill's duration is made of.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary><c>A + B·sum(len) + C·sum(len²)</c> for one degree of parallelism (LoongServe, SOSP 2024, §5.5).</summary>
/// <param name="A">Ms of any prefill.</param>
/// <param name="B">Ms for each token.</param>
/// <param name="C">Ms for each square of a prompt's length.</param>
public readonly record struct PrefillCoefficients(double A, double B, double C)
{
    /// <summary>Duration in ms.</summary>
    /// <param name="tokens">Tokens of all prompts.</param>
    /// <param name="squares">Sum of the squares of the prompts' lengths.</param>
    public double Ms(long tokens, double squares) => A + B * tokens + C * squares;
}
