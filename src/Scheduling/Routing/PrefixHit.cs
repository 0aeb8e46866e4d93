// Owns the answer "this replica holds that much of the prompt".
namespace Tern.Scheduling.Routing;

/// <summary>A replica that holds a prefix of a prompt.</summary>
/// <param name="Replica">Its index.</param>
/// <param name="Tokens">Tokens of the prefix.</param>
public readonly record struct PrefixHit(int Replica, int Tokens);
