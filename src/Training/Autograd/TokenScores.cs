// Owns the pair of results of scoring tokens.
namespace Tern.Training.Autograd;

/// <summary>What <see cref="Tape.Score"/> gives.</summary>
/// <param name="LogProbabilities">Natural logarithms, <c>[rows]</c>.</param>
/// <param name="Entropies">In nats, <c>[rows]</c>, or null if not asked for.</param>
public sealed record TokenScores(Variable LogProbabilities, Variable? Entropies);
