// Owns the first seam of sampling: which prompts are answered.
namespace Tern.Training.Rl.Samplers;

/// <summary>Chooses prompts before anything is generated. What it knows is what it was shown.</summary>
public interface IGroupSelector
{
    /// <summary>The next prompts, different ones.</summary>
    /// <param name="count">How many; not more than there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    IReadOnlyList<int> Select(int count);

    /// <summary>Learns how a prompt's answers turned out.</summary>
    void Observe(RolloutGroup group);

    /// <summary>What it knows, for a checkpoint.</summary>
    string Save();

    /// <summary>Knows again what it knew.</summary>
    void Restore(string state);
}
