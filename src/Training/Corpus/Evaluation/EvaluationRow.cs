// Owns the outcome of one measure.
namespace Tern.Training.Corpus;

/// <summary>A row of the report.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Asked">How many samples were asked.</param>
/// <param name="Counted">How many of them counted.</param>
/// <param name="Target">The percentage to reach; null when there is none.</param>
/// <param name="Misses">Some answers that did not count.</param>
public sealed record EvaluationRow(
    string Name,
    int Asked,
    int Counted,
    double? Target,
    IReadOnlyList<EvaluationMiss> Misses
)
{
    /// <summary>The share that counted, in percent.</summary>
    public double Percent => Asked == 0 ? 0 : 100.0 * Counted / Asked;

    /// <summary>Whether the target is reached; true when there is none.</summary>
    public bool IsReached => Target is not { } target || Percent >= target;
}
