// Owns lengths that are constant or evenly spread.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>Every length of a range is equally likely, prompt and answer independent; a range of one length is a constant.</summary>
public sealed class UniformLengths(TokenRange prompt, TokenRange output) : ILengthDistribution
{
    /// <inheritdoc/>
    public RequestLengths Next(RandomStream random) => new(Draw(prompt, random), Draw(output, random));

    private static int Draw(TokenRange range, RandomStream random) =>
        range.Min + random.NextBelow(range.Max - range.Min + 1);
}
