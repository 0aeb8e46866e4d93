// Owns IQ3_XXS: a super-block of 8 groups of 32 values, eight codebook points each.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ3_XXS, 98 bytes for 256 values: <c>value = Scale · (s + 1/2) / 2 · ±point</c> with s per group of 32.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ3_XXS : IQuantizableBlock<BlockIQ3_XXS>
{
    private static readonly CodebookSearch s_search = new([PointTable.From(Iq3Grids.XXS, 0)], 32, 16, 4);

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>Byte f holds the point of values 4·f onward (<see cref="Iq3Grids.XXS"/>).</summary>
    public fixed byte Quants[64];

    /// <summary>
    /// Number g holds the signs of the four eights of group g, 7 bits each from bit 0 on (<see cref="SignedPoint"/>),
    /// and s in its highest four bits.
    /// </summary>
    public fixed uint Signs[8];

    /// <inheritdoc/>
    public static DType Type => DType.IQ3_XXS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ3_XXS block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int group = 0; group < 8; group++)
        {
            uint signs = block.Signs[group];
            float scale = superScale * (0.5f + (signs >> 28)) * 0.5f;
            for (int eight = 4 * group; eight < 4 * group + 4; eight++)
            {
                ulong low = Iq3Grids.XXS[block.Quants[2 * eight]];
                ulong high = Iq3Grids.XXS[block.Quants[2 * eight + 1]];
                int sign = SignedPoint.Signs((int)(signs >> 7 * (eight % 4) & 127));
                SignedPoint.Write(low | high << 32, sign, scale, values.Slice(8 * eight, 8));
            }
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ3_XXS block)
    {
        Span<float> magnitudes = stackalloc float[256];
        Span<byte> signs = stackalloc byte[32];
        SignedPoint.SplitEven(values, magnitudes, signs);
        Span<byte> levels = stackalloc byte[8];
        Span<byte> books = stackalloc byte[8];
        Span<ushort> points = stackalloc ushort[64];
        var scale = s_search.Fit(magnitudes, levels, books, points);
        block = default;
        block.Scale = scale;
        for (int four = 0; four < 64; four++)
            block.Quants[four] = (byte)points[four];
        for (int group = 0; group < 8; group++)
        {
            block.Signs[group] = (uint)levels[group] << 28;
            for (int eight = 0; eight < 4; eight++)
                block.Signs[group] |= (uint)(signs[4 * group + eight] & 127) << 7 * eight;
        }
    }
}
