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

    /// <summary>The first row: codes, then scales, then sums.</summary>
    public byte* Rows;

    /// <summary>Bytes from a row to the next.</summary>
    public long RowStride;

    /// <summary>Inputs: a positive multiple of 32, of 256 for formats with super-blocks.</summary>
    public long Width;

    /// <summary>Where the first row's 16 results go.</summary>
    public float* Output;

    /// <summary>Bytes from a row of results to the next.</summary>
    public long OutputStride;

    /// <summary>Bit r: output r of the panel is stored. The last panel of a matrix may have fewer than 16.</summary>
    public long OutputMask;
}
