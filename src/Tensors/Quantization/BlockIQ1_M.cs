// Owns IQ1_M: a super-block of 16 groups of 16 values, two ternary codebook points each.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ1_M, 56 bytes for 256 values: <c>value = SuperScale · (2·s + 1) · (point ± 1/8)</c> with s per group of 16 and the
/// sign per eight values.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ1_M : IQuantizableBlock<BlockIQ1_M>
{
    // With the sign of 1/8 per point, it is simply the highest bit of the point.
    private static readonly CodebookSearch s_search = new([PointTable.From(Iq1Grid.Points, 0.125f, -0.125f)], 16, 8, 1);

    /// <summary>
    /// Byte e holds the low eight bits of the point of values 8·e onward (<see cref="Iq1Grid.Points"/>).
    /// </summary>
    public fixed byte Quants[32];

    /// <summary>
    /// Byte e / 2 holds, in the low half for an even e, the high three bits of point e and in bit 3 the sign of 1/8.
    /// </summary>
    public fixed byte HighBits[16];

    /// <summary>
    /// Number g / 4 holds the scale s of group g in three bits from 3·(g % 4) on; the highest four bits of the four
    /// numbers are those of <see cref="SuperScale"/>, lowest first.
    /// </summary>
    public fixed ushort Scales[4];

    /// <inheritdoc/>
    public static DType Type => DType.IQ1_M;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <summary>What the groups' scales are multiplied with.</summary>
    public readonly Half SuperScale =>
        BitConverter.UInt16BitsToHalf(
            (ushort)(Scales[0] >> 12 | Scales[1] >> 12 << 4 | Scales[2] >> 12 << 8 | Scales[3] >> 12 << 12)
        );

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ1_M block, Span<float> values)
    {
        float superScale = (float)block.SuperScale;
        for (int eight = 0; eight < 32; eight++)
        {
            float scale = superScale * (2 * (block.Scales[eight / 8] >> eight / 2 % 4 * 3 & 7) + 1);
            int high = block.HighBits[eight / 2] >> eight % 2 * 4;
            float shift = (high & 8) != 0 ? -0.125f : 0.125f;
            ulong point = Iq1Grid.Points[block.Quants[eight] | (high & 7) << 8];
            for (int i = 0; i < 8; i++)
                values[8 * eight + i] = scale * ((sbyte)(point >> 8 * i) + shift);
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ1_M block)
    {
        Span<byte> levels = stackalloc byte[16];
        Span<byte> books = stackalloc byte[16];
        Span<ushort> points = stackalloc ushort[32];
        var scale = s_search.Fit(values, levels, books, points);
        block = default;
        int scaleBits = BitConverter.HalfToUInt16Bits(scale);
        for (int i = 0; i < 4; i++)
            block.Scales[i] = (ushort)((scaleBits >> 4 * i & 15) << 12);
        for (int group = 0; group < 16; group++)
            block.Scales[group / 4] |= (ushort)(levels[group] << group % 4 * 3);
        for (int eight = 0; eight < 32; eight++)
        {
            block.Quants[eight] = (byte)points[eight];
            block.HighBits[eight / 2] |= (byte)(points[eight] >> 8 << eight % 2 * 4);
        }
    }
}
