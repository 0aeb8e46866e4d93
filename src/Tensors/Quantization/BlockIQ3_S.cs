// Owns IQ3_S: a super-block of 8 groups of 32 values, eight codebook points each, with all signs.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ3_S, 110 bytes for 256 values: <c>value = Scale · (2·s + 1) · ±point</c> with s per group of 32.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ3_S : IQuantizableBlock<BlockIQ3_S>
{
    private static readonly CodebookSearch s_search = new([PointTable.From(Iq3Grids.S, 0)], 32, 16, 1);

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>Byte f holds the low eight bits of the point of values 4·f onward (<see cref="Iq3Grids.S"/>).</summary>
    public fixed byte Quants[64];

    /// <summary>Bit f % 8 of byte f / 8 is the ninth bit of point f.</summary>
    public fixed byte HighBits[8];

    /// <summary>Bit j of byte e is set if value 8·e + j is negative.</summary>
    public fixed byte Signs[32];

    /// <summary>The scale s of group g is in byte g / 2, the low four bits for an even g.</summary>
    public fixed byte Scales[4];

    /// <inheritdoc/>
    public static DType Type => DType.IQ3_S;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ3_S block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int eight = 0; eight < 32; eight++)
        {
            float scale = superScale * (1 + 2 * (block.Scales[eight / 8] >> eight / 4 % 2 * 4 & 15));
            int highBits = block.HighBits[eight / 4] >> eight % 4 * 2;
            ulong low = Iq3Grids.S[block.Quants[2 * eight] | (highBits & 1) << 8];
            ulong high = Iq3Grids.S[block.Quants[2 * eight + 1] | (highBits & 2) << 7];
            SignedPoint.Write(low | high << 32, block.Signs[eight], scale, values.Slice(8 * eight, 8));
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ3_S block)
    {
        Span<float> magnitudes = stackalloc float[256];
        Span<byte> signs = stackalloc byte[32];
        SignedPoint.Split(values, magnitudes, signs);
        Span<byte> levels = stackalloc byte[8];
        Span<byte> books = stackalloc byte[8];
        Span<ushort> points = stackalloc ushort[64];
        var scale = s_search.Fit(magnitudes, levels, books, points);
        block = default;
        block.Scale = scale;
        for (int four = 0; four < 64; four++)
        {
            block.Quants[four] = (byte)points[four];
            block.HighBits[four / 8] |= (byte)(points[four] >> 8 << four % 8);
        }
        for (int eight = 0; eight < 32; eight++)
            block.Signs[eight] = signs[eight];
        for (int group = 0; group < 8; group++)
            block.Scales[group / 2] |= (byte)(levels[group] << group % 2 * 4);
    }
}
