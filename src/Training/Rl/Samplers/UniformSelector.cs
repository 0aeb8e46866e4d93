// Owns uniform selection.
using System.Globalization;

namespace Tern.Training.Rl.Samplers;

/// <summary>All prompts in turn, in a new order every epoch.</summary>
/// <param name="prompts">How many there are.</param>
/// <param name="seed">Of the order.</param>
public sealed class UniformSelector(int prompts, ulong seed) : IGroupSelector
{
    private readonly PromptOrder _order = new(prompts, seed);

    /// <inheritdoc/>
    public IReadOnlyList<int> Select(int count)
    {
        // The end of an epoch and the beginning of the next may meet in a batch.
        var chosen = new List<int>(count);
        while (chosen.Count < count)
        {
            int prompt = _order.Next();
            if (!chosen.Contains(prompt))
                chosen.Add(prompt);
        }
        return chosen;
    }

    /// <inheritdoc/>
    public void Observe(RolloutGroup group) { }

    /// <inheritdoc/>
    public string Save() => _order.Position.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Restore(string state) => _order.Position = long.Parse(state, CultureInfo.InvariantCulture);
}
