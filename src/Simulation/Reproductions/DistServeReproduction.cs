// Owns the list of DistServe's figures.
namespace Tern.Simulation.Reproductions;

/// <summary>Everything of DistServe (OSDI 2024) that is reproduced.</summary>
public static class DistServeReproduction
{
    /// <summary>All rows; well under a minute on one core.</summary>
    public static IEnumerable<ReproductionRow> Rows() =>
        [
            .. DistServeFormulas.CheckVectors(),
            .. DistServeFormulas.EnumerationCounts(),
            .. DistServeFormulas.PrefillQueues(),
            .. DistServeExperiments.ReadmeCase(),
            .. DistServeExperiments.Table2(),
            .. DistServeComparisons.GoodputAgainstVllm(),
            .. DistServeComparisons.Ablation(),
        ];
}
