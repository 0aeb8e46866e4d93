// Owns where things lie in a packed matrix: panels of 16 outputs, each its scales and then its codes, so that a product
// reads two streams and finds 16 results in 16 lanes.
namespace Tern.Kernels.Cpu.Packed;

/// <summary>
/// A panel is one contiguous run: the scales of its blocks, padded to 64 bytes, then the codes, block after block along
/// the depth. The last panel is filled up with outputs of scale zero.
/// </summary>
/// <param name="Outputs">Rows of the matrix.</param>
/// <param name="Width">Columns, a multiple of 32 (of 256 for formats with super-blocks).</param>
/// <param name="ScaleStride">Bytes from a panel's start to its codes.</param>
/// <param name="PanelBytes">Bytes of a panel, a multiple of 64.</param>
internal readonly record struct PackedLayout(int Outputs, int Width, int ScaleStride, long PanelBytes)
{
    /// <summary>Outputs of a panel.</summary>
    public const int Panel = 16;

    /// <summary>Inputs of a block.</summary>
    public const int Block = 32;

    /// <summary>Blocks along the depth.</summary>
    public int Blocks => Width / Block;

    public int Panels => (Outputs + Panel - 1) / Panel;

    public long Bytes => Panels * PanelBytes;

    public static PackedLayout Of<TFormat>(int outputs, int width)
        where TFormat : struct, IPackedFormat
    {
        int blocks = width / Block;
        int scales = (blocks / TFormat.BlocksPerScales * TFormat.ScaleBytes + 63) / 64 * 64;
        return new PackedLayout(outputs, width, scales, scales + (long)blocks * TFormat.CodeBytes);
    }
}
