// Owns the argument of the byte tile kernels; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>Rows of quantized activations, one panel of 16 outputs, all of the depth.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ByteTileJob
{
    /// <summary>Rows, panel and results; first, so that the job's address is its address.</summary>
    public PanelJob Panel;

    /// <summary>
    /// What <see cref="TileShape.ForBytes"/> says for the format and the rows; for more than 16 what it says for 16, and then
    /// as many records must be readable behind the last row as fill its tile.
    /// </summary>
    public TileShape Shape;
}
