// Owns the argument of the kernels that turn keys into tiles; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>The keys of 16 positions that lie at equal distances.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KeyTileJob
{
    /// <summary>The first position's key.</summary>
    public byte* Keys;

    /// <summary>Bytes to the next position's key.</summary>
    public long Stride;

    /// <summary>Steps of 32 dimensions, at least 1.</summary>
    public long Steps;

    /// <summary>Where the tiles go, for each step those of its parts.</summary>
    public byte* Tiles;
}
