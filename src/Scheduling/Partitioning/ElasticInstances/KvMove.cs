// Owns the order to move keys and values between instances.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Tokens of a decode group move; afterwards the groups of both instances are one.</summary>
/// <param name="From">Instance that holds them.</param>
/// <param name="To">Instance that gets them.</param>
/// <param name="Tokens">How many.</param>
public readonly record struct KvMove(int From, int To, int Tokens);
