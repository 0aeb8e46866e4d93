// Owns IQ2_S: a super-block of 16 groups of 16 values, two codebook points each, with all signs.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ2_S, 82 bytes for 256 values: <c>value = Scale · (s + 1/2) / 4 · ±point</c> with s per group of 16.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ2_S : IQuantizableBlock<BlockIQ2_S>
{
    private static readonly CodebookSearch s_search = new([PointTable.From(Iq2Grids.S, 0)], 16, 16, 8);

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>Byte e holds the low eight bits of the point of values 8·e onward (<see cref="Iq2Grids.S"/>).</summary>
    public fixed byte Quants[32];

    /// <summary>Bit j of byte e is set if value 8·e + j is negative.</summary>
    public fixed byte Signs[32];

    /// <summary>Byte e / 4 holds the high two bits of point e at bit 2·(e % 4).</summary>
    public fixed byte HighBits[8];

    /// <summary>The scale s of group g is in byte g / 2, the low four bits for an even g.</summary>
    public fixed byte Scales[8];

    /// <inheritdoc/>
    public static DType Type => DType.IQ2_S;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ2_S block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int eight = 0; eight < 32; eight++)
        {
            float scale = superScale * (0.5f + (block.Scales[eight / 4] >> eight / 2 % 2 * 4 & 15)) * 0.25f;
            int high = block.HighBits[eight / 4] >> eight % 4 * 2 & 3;
            ulong point = Iq2Grids.S[block.Quants[eight] | high << 8];
            SignedPoint.Write(point, block.Signs[eight], scale, values.Slice(8 * eight, 8));
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ2_S block)
    {
        Span<float> magnitudes = stackalloc float[256];
        Span<byte> signs = stackalloc byte[32];
        SignedPoint.Split(values, magnitudes, signs);
        Span<byte> levels = stackalloc byte[16];
        Span<byte> books = stackalloc byte[16];
        Span<ushort> points = stackalloc ushort[32];
        var scale = s_search.Fit(magnitudes, levels, books, points);
        block = default;
        block.Scale = scale;
        for (int eight = 0; eight < 32; eight++)
        {
            block.Quants[eight] = (byte)points[eight];
            block.HighBits[eight / 4] |= (byte)(points[eight] >> 8 << eight % 4 * 2);
            block.Signs[eight] = signs[eight];
        }
        for (int group = 0; group < 16; group++)
            block.Scales[group / 2] |= (byte)(levels[group] << group % 2 * 4);
    }
}
