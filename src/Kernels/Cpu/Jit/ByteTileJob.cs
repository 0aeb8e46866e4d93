// Owns the argument of the byte tile kernels; generated code reads it by field offsets.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>Up to 16 rows of quantized activations, one panel of 16 outputs, all of the depth.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ByteTileJob
{
    /// <summary>Bytes of its working memory.</summary>
    public const int ScratchBytes = 2 * ByteTileProduct.PieceBytes;

    /// <summary>Rows (1 to 16), panel and results; first, so that the job's address is its address.</summary>
    public PanelJob Panel;

    /// <summary>What <see cref="TileShape.ForBytes"/> says for the rows and the format.</summary>
    public TileShape Shape;
}
