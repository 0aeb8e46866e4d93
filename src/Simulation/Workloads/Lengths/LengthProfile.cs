// Owns a named length distribution and where its numbers come from.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>A length distribution of the catalog.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Source">The publication and what of it the distribution is fitted to, and what is assumed beyond it.</param>
/// <param name="Distribution">The distribution.</param>
public sealed record LengthProfile(string Name, string Source, ILengthDistribution Distribution);
