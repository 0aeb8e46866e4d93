// Owns one publication's entry in the catalog of reproductions.
namespace Tern.Simulation.Reproductions;

/// <summary>The figures of one publication.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Rows">All rows, measured as they are read.</param>
/// <param name="Quick">Those rows that take seconds; may be none.</param>
public sealed record ReproductionSet(
    string Name,
    Func<IEnumerable<ReproductionRow>> Rows,
    Func<IEnumerable<ReproductionRow>> Quick
);
