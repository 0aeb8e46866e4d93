// Owns IQ1_S: a super-block of 8 groups of 32 values, four ternary codebook points each.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>
/// IQ1_S, 50 bytes for 256 values: <c>value = Scale · (2·s + 1) · (point ± 1/8)</c> with s and the sign per group of
/// 32.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ1_S : IQuantizableBlock<BlockIQ1_S>
{
    private static readonly CodebookSearch s_search = new(
        [PointTable.From(Iq1Grid.Points, 0.125f), PointTable.From(Iq1Grid.Points, -0.125f)],
        32,
        8,
        1
    );

    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>
    /// Byte e holds the low eight bits of the point of values 8·e onward (<see cref="Iq1Grid.Points"/>).
    /// </summary>
    public fixed byte Quants[32];

    /// <summary>
    /// Number g holds the high three bits of the four points of group g from bit 0 on, s at bit 12, and the sign of 1/8
    /// in bit 15.
    /// </summary>
    public fixed ushort HighBits[8];

    /// <inheritdoc/>
    public static DType Type => DType.IQ1_S;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockIQ1_S block, Span<float> values)
    {
        float superScale = (float)block.Scale;
        for (int eight = 0; eight < 32; eight++)
        {
            int group = block.HighBits[eight / 4];
            float scale = superScale * (2 * (group >> 12 & 7) + 1);
            float shift = (group & 0x8000) != 0 ? -0.125f : 0.125f;
            ulong point = Iq1Grid.Points[block.Quants[eight] | (group >> eight % 4 * 3 & 7) << 8];
            for (int i = 0; i < 8; i++)
                values[8 * eight + i] = scale * ((sbyte)(point >> 8 * i) + shift);
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockIQ1_S block)
    {
        Span<byte> levels = stackalloc byte[8];
        Span<byte> books = stackalloc byte[8];
        Span<ushort> points = stackalloc ushort[32];
        var scale = s_search.Fit(values, levels, books, points);
        block = default;
        block.Scale = scale;
        for (int group = 0; group < 8; group++)
            block.HighBits[group] = (ushort)(levels[group] << 12 | books[group] << 15);
        for (int eight = 0; eight < 32; eight++)
        {
            block.Quants[eight] = (byte)points[eight];
            block.HighBits[eight / 4] |= (ushort)(points[eight] >> 8 << eight % 4 * 3);
        }
    }
}
