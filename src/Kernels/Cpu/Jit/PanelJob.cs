// Owns the argument of the kernels that multiply rows with a panel; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>Some rows of quantized activations, one panel of 16 outputs, all of the depth.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PanelJob
{
    /// <summary>The panel's scale stream.</summary>
    public byte* Scales;

    /// <summary>The panel's code stream.</summary>
    public byte* Codes;

    /// <summary>The first row's first <see cref="Packed.RowSlab"/>; that of the next row follows.</summary>
    public byte* Rows;

    /// <summary>Bytes from a slab of a row to its next.</summary>
    public long SlabStride;

    /// <summary>Inputs: a positive multiple of 32, of 256 for formats with super-blocks.</summary>
    public long Width;

    /// <summary>Where the first row's 16 results go.</summary>
    public float* Output;

    /// <summary>Bytes from a row of results to the next. Kernels that work in slabs want 64: rows of 16 results.</summary>
    public long OutputStride;

    /// <summary>
    /// Bit r: output r of the panel is stored. The last panel of a matrix may have fewer than 16. Kernels that work in slabs
    /// store all.
    /// </summary>
    public long OutputMask;

    /// <summary>Bytes from a panel to the next, for kernels of several.</summary>
    public long PanelStride;

    /// <summary>Rows, for kernels whose number is not fixed.</summary>
    public long RowCount;

    /// <summary>
    /// For kernels that need it: working memory at a multiple of 64, undefined before and after;
    /// the generator's <c>ScratchBytes</c> says how much.
    /// </summary>
    public byte* Scratch;
}
