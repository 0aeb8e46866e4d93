// Owns uniform selection.
using System.Globalization;

namespace Tern.Training.Rl.Samplers;

/// <summary>All prompts in turn, in a new order every epoch.</summary>
/// <param name="prompts">How many there are.</param>
/// <param name="seed">Of the order.</param>
public sealed class UniformSelector(int prompts, ulong seed) : IGroupSelector
{
    private readonly PromptOrder _order = new(prompts, seed);

    // The end of an epoch and the beginning of the next may meet in a batch.
    /// <inheritdoc/>
    public IReadOnlyList<int> Select(int count) => _order.Choose(count, (_, _) => true);

    /// <inheritdoc/>
    public void Observe(RolloutGroup group) { }

    /// <inheritdoc/>
    public string Save() => _order.Position.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Restore(string state) => _order.Position = long.Parse(state, CultureInfo.InvariantCulture);
}
