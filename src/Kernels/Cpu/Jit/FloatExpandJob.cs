// Owns the argument of the kernels that turn panels of halves into tiles; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>A slab of one or more panels of 16 outputs in F16 or BF16.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FloatExpandJob
{
    /// <summary>16 elements of the first panel for each input.</summary>
    public byte* Panels;

    /// <summary>Bytes to the next panel.</summary>
    public long PanelStride;

    /// <summary>Where the first panel's tiles go, for each step those of its parts.</summary>
    public byte* Tiles;

    /// <summary>Bytes to the tiles of the next panel.</summary>
    public long TileStride;

    /// <summary>Steps of 32 inputs, at least 1.</summary>
    public long Steps;
}
