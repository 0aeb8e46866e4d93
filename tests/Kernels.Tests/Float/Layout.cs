// Owns the ways in which an operand may lie in memory.
namespace Tern.Kernels.Tests.Float;

/// <summary>How the elements of an operand lie.</summary>
public enum Layout
{
    /// <summary><c>[rows, depth]</c>.</summary>
    ByRows,

    /// <summary><c>[depth, rows]</c>, each line longer than it need be.</summary>
    ByDepth,

    /// <summary>No two neighbours touch.</summary>
    Apart,
}
