// Owns IQ3_XXS: a super-block of 8 groups of 32 values, eight codebook points each.
using System.Runtime.InteropServices;
using Tern.Tensors.Quantization.Codebooks;

namespace Tern.Tensors.Quantization;

/// <summary>IQ3_XXS, 98 bytes for 256 values: <c>value = Scale · (s + 1/2) / 2 · ±point</c> with s per group of 32.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockIQ3_XXS : IQuantizedBlock<BlockIQ3_XXS>
{
    /// <summary>What the groups' scales are multiplied with.</summary>
    public Half Scale;

    /// <summary>Byte f holds the point of values 4·f onward (<see cref="Iq3Grids.XXS"/>).</summary>
    public fixed byte Quants[64];

    /// <summary>Number g holds the signs of the four eights of group g, 7 bits each from bit 0 on (<see cref="SignedPoint"/>), and s in its highest four bits.</summary>
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
}
