// Owns the argument of the kernel that widens halves; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>A slab of a panel of 16 outputs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HalfExpandJob
{
    /// <summary>16 halves for each step.</summary>
    public byte* Halves;

    /// <summary>Where 16 floats for each step go.</summary>
    public float* Floats;

    /// <summary>Steps, at least 1.</summary>
    public long Depth;

    /// <summary>How many bytes ahead of what is widened memory is asked for; 0 where what follows is of no use soon.</summary>
    public long Ahead;
}
