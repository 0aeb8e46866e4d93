// Owns where generated code finds what belongs to a block of a row: the fields of RowSlab, reached from the record of the
// first row of a slab, because the records of its rows follow each other.
using System.Runtime.InteropServices;
using Iced.Intel;
using Tern.Kernels.Cpu.Packed;

namespace Tern.Kernels.Cpu.Jit;

/// <param name="rows">The first row's record.</param>
/// <param name="at">Four times the number of the block in its slab.</param>
internal sealed unsafe class RowFields(AssemblerRegister64 rows, AssemblerRegister64 at)
{
    /// <summary>Bytes from a row's record to the next row's.</summary>
    public static readonly int RowBytes = sizeof(RowSlab);

    /// <summary>What <c>at</c> is at the end of a full slab.</summary>
    public const int SlabEnd = 4 * RowSlab.Blocks;

    /// <summary>Four codes of a row.</summary>
    public AssemblerMemoryOperand Codes(int row, int group) => rows + at * 8 + (row * RowBytes + 4 * group);

    /// <summary>The row's scale of the block.</summary>
    public AssemblerMemoryOperand Scale(int row) => rows + at + Field(row, nameof(RowSlab.Scales));

    /// <summary>
    /// Two sums of codes, of 16 bits, as one lane: those of both halves; or, for the second half alone, its own and one that
    /// a factor of zero must remove.
    /// </summary>
    public AssemblerMemoryOperand Sums(int row, int half) => rows + at + (Field(row, nameof(RowSlab.Sums)) + 2 * half);

    /// <summary>The row's scale times the sum of its codes.</summary>
    public AssemblerMemoryOperand Product(int row) => rows + at + Field(row, nameof(RowSlab.Products));

    private static int Field(int row, string name) => row * RowBytes + (int)Marshal.OffsetOf<RowSlab>(name);
}
