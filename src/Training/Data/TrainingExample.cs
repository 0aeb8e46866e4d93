// Owns one sequence to learn from.
namespace Tern.Training.Data;

/// <summary>Token ids, and which of them carry loss.</summary>
/// <param name="Tokens">At most the context length.</param>
/// <param name="Learned">As many; whether the token is to be predicted from those before it. The first never is.</param>
public sealed record TrainingExample(int[] Tokens, bool[] Learned);
