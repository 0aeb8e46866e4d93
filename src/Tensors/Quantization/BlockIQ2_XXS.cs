// Owns IQ2_XXS: a super-block of 8 groups of 32 values, four codebook points each.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ2_XXS, 66 bytes for 256 values: <c>value = Scale · (s + 1/2) / 4 · ±point</c> with s per group of 32.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ2_XXS : IQuantizableBlock<BlockIQ2_XXS>
{
    private static readonly CodebookSearch s_search = new([PointTable.From(Iq2Grids.XXS, 0)], 32, 16, 8);

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>
    /// Number 2·g holds in its bytes the points of the four eights of group g (<see cref="Iq2Grids.XXS"/>); number 2·g
    /// + 1 their signs, 7 bits each from bit 0 on (<see cref="SignedPoint"/>), and s in its highest four bits.
    /// </summary>
    public fixed uint Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.IQ2_XXS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ2_XXS block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int group = 0; group < 8; group++)
        {
            uint points = block.Quants[2 * group];
            uint signs = block.Quants[2 * group + 1];
            float scale = superScale * (0.5f + (signs >> 28)) * 0.25f;
            for (int eight = 0; eight < 4; eight++)
            {
                ulong point = Iq2Grids.XXS[(byte)(points >> 8 * eight)];
                int sign = SignedPoint.Signs((int)(signs >> 7 * eight & 127));
                SignedPoint.Write(point, sign, scale, values.Slice(32 * group + 8 * eight, 8));
            }
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ2_XXS block)
    {
        Span<float> magnitudes = stackalloc float[256];
        Span<byte> signs = stackalloc byte[32];
        SignedPoint.SplitEven(values, magnitudes, signs);
        Span<byte> levels = stackalloc byte[8];
        Span<byte> books = stackalloc byte[8];
        Span<ushort> points = stackalloc ushort[32];
        var scale = s_search.Fit(magnitudes, levels, books, points);
        block = default;
        block.Scale = scale;
        for (int group = 0; group < 8; group++)
        {
            block.Quants[2 * group + 1] = (uint)levels[group] << 28;
            for (int eight = 0; eight < 4; eight++)
            {
                block.Quants[2 * group] |= (uint)points[4 * group + eight] << 8 * eight;
                block.Quants[2 * group + 1] |= (uint)(signs[4 * group + eight] & 127) << 7 * eight;
            }
        }
    }
}
