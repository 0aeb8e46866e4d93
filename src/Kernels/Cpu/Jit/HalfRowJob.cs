// Owns the argument of the kernel of one row and weights in half precision; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>One row by four panels of 16 outputs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HalfRowJob
{
    /// <summary>The first panel: 16 halves for each input, one after the other.</summary>
    public byte* Panels;

    /// <summary>Bytes from a panel to the next.</summary>
    public long PanelStride;

    /// <summary>The row.</summary>
    public float* Input;

    /// <summary>Inputs, at least 1.</summary>
    public long Depth;

    /// <summary>64 results.</summary>
    public float* Output;
}
