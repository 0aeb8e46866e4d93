// Owns the question "how long are prompts and answers".
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>A joint distribution of prompt and answer lengths. Immutable.</summary>
public interface ILengthDistribution
{
    /// <summary>Draws one request's lengths; the same stream gives the same ones on every machine.</summary>
    RequestLengths Next(RandomStream random);
}
