// Owns the axis "what a step is made of".
namespace Tern.Scheduling.Batching;

/// <summary>Decides which running sequences a step continues, by how many tokens, and whether new ones are admitted.</summary>
public interface IBatchingPolicy
{
    /// <summary>Fills a step through <paramref name="builder"/>, which keeps the limits and the ledger. Called once a step.</summary>
    void Fill(BatchBuilder builder);
}
