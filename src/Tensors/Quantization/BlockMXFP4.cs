// Owns MXFP4, the OCP microscaling format: 32 four-bit floats under one power of two.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>
/// MXFP4, 17 bytes for 32 values: an E8M0 scale and E2M1 elements (OCP Microscaling Formats specification 1.0). The
/// elements are taken doubled, as integers, and the scale halved.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockMXFP4 : IQuantizableBlock<BlockMXFP4>
{
    /// <summary>The exponent, biased by 127.</summary>
    public byte Exponent;

    /// <summary>
    /// Byte i holds the code of value i in its low and of value i + 16 in its high four bits; see <see
    /// cref="FourBitFloat"/>.
    /// </summary>
    public fixed byte Quants[16];

    /// <inheritdoc/>
    public static DType Type => DType.MXFP4;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static void Dequantize(in BlockMXFP4 block, Span<float> values)
    {
        float scale = HalfScale(block.Exponent);
        for (int i = 0; i < 16; i++)
        {
            values[i] = FourBitFloat.Doubled[block.Quants[i] & 15] * scale;
            values[i + 16] = FourBitFloat.Doubled[block.Quants[i] >> 4] * scale;
        }
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockMXFP4 block)
    {
        float largest = MathF.Abs(BlockSearch.Extreme(values));
        block = default;
        // The largest element is 6, whose exponent is 2. The wrap for subnormals is ggml's: elements become zeros.
        block.Exponent = largest > 0 ? unchecked((byte)(MathF.ILogB(largest) - 2 + 127)) : (byte)0;
        float scale = HalfScale(block.Exponent);
        for (int i = 0; i < 16; i++)
        {
            int low = FourBitFloat.Nearest(values[i], scale);
            int high = FourBitFloat.Nearest(values[i + 16], scale);
            block.Quants[i] = (byte)(low | high << 4);
        }
    }

    /// <summary>
    /// Half the power of two an exponent stands for, 2^(exponent - 128); subnormal for exponents below 2.
    /// </summary>
    public static float HalfScale(byte exponent) =>
        BitConverter.UInt32BitsToSingle(exponent < 2 ? 0x0020_0000u << exponent : (uint)(exponent - 1) << 23);
}
