// Owns what the loop of tile products is told.
using System.Runtime.InteropServices;
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Limits;

[StructLayout(LayoutKind.Sequential)]
internal struct TileLoopJob
{
    /// <summary>First, as every tile kernel has it.</summary>
    public TileShape Shape;

    /// <summary>How often the products are done.</summary>
    public long Repeats;
}
