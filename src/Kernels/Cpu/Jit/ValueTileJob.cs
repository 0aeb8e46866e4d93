// Owns the argument of the kernels that turn values into tiles; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>The values of 32 positions: twice 16 that lie at equal distances.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ValueTileJob
{
    /// <summary>The value of position 0.</summary>
    public byte* First;

    /// <summary>The value of position 16.</summary>
    public byte* Second;

    /// <summary>Bytes from a position's value to the next one's.</summary>
    public long Stride;

    /// <summary>Panels of 16 dimensions, at least 1.</summary>
    public long Panels;

    /// <summary>Where the tiles of the first panel go, those of its parts.</summary>
    public byte* Tiles;

    /// <summary>Bytes to the tiles of the next panel.</summary>
    public long TileStride;
}
