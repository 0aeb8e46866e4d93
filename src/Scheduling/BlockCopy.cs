// Owns the description of one copy of a block's bytes.
namespace Tern.Scheduling;

/// <summary>The bytes of block <paramref name="From"/> are copied to block <paramref name="To"/> before the step runs.</summary>
/// <param name="From">Source block.</param>
/// <param name="To">Destination block.</param>
public readonly record struct BlockCopy(int From, int To);
