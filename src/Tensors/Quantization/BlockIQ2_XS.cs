// Owns IQ2_XS: a super-block of 16 groups of 16 values, two codebook points each.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ2_XS, 74 bytes for 256 values: <c>value = Scale · (s + 1/2) / 4 · ±point</c> with s per group of 16.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ2_XS : IQuantizableBlock<BlockIQ2_XS>
{
    private static readonly CodebookSearch s_search = new([PointTable.From(Iq2Grids.XS, 0)], 16, 16, 8);

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>
    /// Number e holds for values 8·e onward the point in its low 9 bits (<see cref="Iq2Grids.XS"/>) and the signs in
    /// the other 7 (<see cref="SignedPoint"/>).
    /// </summary>
    public fixed ushort Quants[32];

    /// <summary>The scale s of group g is in byte g / 2, the low four bits for an even g.</summary>
    public fixed byte Scales[8];

    /// <inheritdoc/>
    public static DType Type => DType.IQ2_XS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ2_XS block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int eight = 0; eight < 32; eight++)
        {
            float scale = superScale * (0.5f + (block.Scales[eight / 4] >> eight / 2 % 2 * 4 & 15)) * 0.25f;
            ushort quant = block.Quants[eight];
            ulong point = Iq2Grids.XS[quant & 511];
            SignedPoint.Write(point, SignedPoint.Signs(quant >> 9), scale, values.Slice(8 * eight, 8));
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ2_XS block)
    {
        Span<float> magnitudes = stackalloc float[256];
        Span<byte> signs = stackalloc byte[32];
        SignedPoint.SplitEven(values, magnitudes, signs);
        Span<byte> levels = stackalloc byte[16];
        Span<byte> books = stackalloc byte[16];
        Span<ushort> points = stackalloc ushort[32];
        var scale = s_search.Fit(magnitudes, levels, books, points);
        block = default;
        block.Scale = scale;
        for (int eight = 0; eight < 32; eight++)
            block.Quants[eight] = (ushort)(points[eight] | (signs[eight] & 127) << 9);
        for (int group = 0; group < 16; group++)
            block.Scales[group / 2] |= (byte)(levels[group] << group % 2 * 4);
    }
}
