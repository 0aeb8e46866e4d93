// Owns the list of FastServe's figures.
namespace Tern.Simulation.Reproductions;

/// <summary>Everything of FastServe (NSDI 2026) that is reproduced.</summary>
public static class FastServeReproduction
{
    /// <summary>All rows; about a minute on one core.</summary>
    public static IEnumerable<ReproductionRow> Rows() => [.. FastServeThroughput.Run(), .. FastServeSwapping.Run()];
}
