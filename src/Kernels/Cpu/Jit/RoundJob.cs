// Owns the argument of the kernel that rounds activations; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>One row of float32, to become one line in each of its tiles.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RoundJob
{
    /// <summary>The row.</summary>
    public float* Input;

    /// <summary>Its line in the tile of the first 32 inputs; the next tile is 1024 bytes further.</summary>
    public byte* Tiles;

    /// <summary>Inputs: a positive multiple of 32.</summary>
    public long Width;
}
