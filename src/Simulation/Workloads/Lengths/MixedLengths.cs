// Owns lengths from several data sets.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>Each request comes from one of several distributions, all equally likely.</summary>
public sealed class MixedLengths(IReadOnlyList<ILengthDistribution> parts) : ILengthDistribution
{
    /// <inheritdoc/>
    public RequestLengths Next(RandomStream random) => parts[random.NextBelow(parts.Count)].Next(random);
}
