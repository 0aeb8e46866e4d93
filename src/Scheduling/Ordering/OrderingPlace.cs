// Owns what an ordering policy remembers about a sequence.
namespace Tern.Scheduling.Ordering;

/// <summary>A sequence's place in a policy's order, as far as it is not given by the request. The policy's own business.</summary>
/// <param name="Level">Queue, 0 first.</param>
/// <param name="Rank">Place in the queue, smaller first.</param>
/// <param name="ServedMs">Ms of service it had in the queue.</param>
public readonly record struct OrderingPlace(int Level, double Rank, double ServedMs);
