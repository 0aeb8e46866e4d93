// Owns the argument of the kernels that make bfloat16 tiles; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>A slice of a panel's depth, to become tiles.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ExpandJob
{
    /// <summary>Where the slice begins in the panel's scale stream.</summary>
    public byte* Scales;

    /// <summary>Where the slice begins in the panel's code stream.</summary>
    public byte* Codes;

    /// <summary>Inputs of the slice: a positive multiple of 32, of 256 for formats with super-blocks.</summary>
    public long Width;

    /// <summary>A tile of 1024 bytes for every 32 inputs: line p holds inputs 2p and 2p + 1 of each of the 16 outputs.</summary>
    public byte* Tiles;
}
