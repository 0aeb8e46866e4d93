// Owns the names of the ways in which a product of tiles takes operands that have more bits than bfloat16.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>
/// Which operands are pairs of tiles: values rounded to bfloat16, and what rounding took away, rounded as well. A pair holds
/// 16 bits of a float, and all 11 of a half.
/// </summary>
internal enum SplitOperands
{
    /// <summary>None: one product a step.</summary>
    Neither,

    /// <summary>The rows, by panels that are bfloat16: two products a step.</summary>
    Rows,

    /// <summary>Both: three products a step; that of the two small parts would not show.</summary>
    Both,
}
