// Owns which experts the tokens of a batch go through.
namespace Tern.Training.Autograd;

/// <summary>Tokens in the order of their experts. Entry e of the choice is use e % used of token e / used.</summary>
/// <param name="Weights">Weight of each entry, <c>[rows, used]</c>.</param>
/// <param name="Order">The entries, grouped by expert, ascending in each group.</param>
/// <param name="Rows">The token of each, in the same order.</param>
/// <param name="Starts">First of each expert's group, then the number of entries.</param>
public sealed record ExpertChoice(
    Variable Weights,
    ReadOnlyMemory<int> Order,
    ReadOnlyMemory<int> Rows,
    ReadOnlyMemory<int> Starts
);
