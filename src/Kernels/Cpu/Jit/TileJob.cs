// Owns the argument of the tile kernels; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>Up to 32 rows by one or two panels of up to 16 outputs, or several times as many, over a slice of the depth.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileJob
{
    /// <summary>Shapes for the rows and outputs that exist; first, so that the job's address is its address.</summary>
    public TileShape Shape;

    /// <summary>The tiles of the first 16 rows, one a step of 32 inputs.</summary>
    public byte* Rows;

    /// <summary>Bytes to the tiles of the next 16 rows.</summary>
    public long RowTileStride;

    /// <summary>The tiles of the first panel, one a step of 32 inputs.</summary>
    public byte* Panels;

    /// <summary>Bytes to the tiles of the next panel.</summary>
    public long PanelStride;

    /// <summary>How often one or two panels are multiplied, each time the next ones; at least once.</summary>
    public long Times;

    /// <summary>Steps of 32 inputs, at least one.</summary>
    public long Steps;

    /// <summary>The first row's first result.</summary>
    public float* Output;

    /// <summary>Bytes from a row of results to the next.</summary>
    public long OutputStride;

    /// <summary>1 to add to the results of earlier slices, 0 to begin.</summary>
    public long Continues;
}
