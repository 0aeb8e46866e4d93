// Owns TQ1_0: 256 ternary values, five to a byte, under one scale.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Quantization;

/// <summary>
/// TQ1_0, 54 bytes for 256 values: <c>value = Scale · (t - 1)</c>. A byte is a fraction of 256 whose first base-3
/// digits are the trits t: multiply by 3, and the next trit carries over into bit 8.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct BlockTQ1_0 : IQuantizableBlock<BlockTQ1_0>
{
    /// <summary>
    /// Bytes 0 to 31 hold values 32·n + i, bytes 32 to 47 values 160 + 16·n + i, with n from 0 to 4 the position of the
    /// trit.
    /// </summary>
    public fixed byte Quants[48];

    /// <summary>Byte i holds values 240 + 4·n + i, n from 0 to 3.</summary>
    public fixed byte Rest[4];

    /// <summary>The largest magnitude.</summary>
    public Half Scale;

    /// <inheritdoc/>
    public static DType Type => DType.TQ1_0;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static void Dequantize(in BlockTQ1_0 block, Span<float> values)
    {
        float scale = (float)block.Scale;
        Unpack(MemoryMarshal.CreateReadOnlySpan(in block.Quants[0], 32), scale, values[..160]);
        Unpack(MemoryMarshal.CreateReadOnlySpan(in block.Quants[32], 16), scale, values[160..240]);
        Unpack(MemoryMarshal.CreateReadOnlySpan(in block.Rest[0], 4), scale, values[240..]);
    }

    /// <inheritdoc/>
    public static void Quantize(ReadOnlySpan<float> values, out BlockTQ1_0 block)
    {
        float scale = MathF.Abs(BlockSearch.Extreme(values));
        float inverse = BlockSearch.Inverse(scale);
        block = default;
        block.Scale = (Half)scale;
        Pack(values[..160], inverse, MemoryMarshal.CreateSpan(ref block.Quants[0], 32));
        Pack(values[160..240], inverse, MemoryMarshal.CreateSpan(ref block.Quants[32], 16));
        Pack(values[240..], inverse, MemoryMarshal.CreateSpan(ref block.Rest[0], 4));
    }

    /// <summary>Reads one trit of every byte after the other until the values are full.</summary>
    private static void Unpack(ReadOnlySpan<byte> bytes, float scale, Span<float> values)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            byte rest = bytes[i];
            for (int at = i; at < values.Length; at += bytes.Length)
            {
                values[at] = ((rest * 3 >> 8) - 1) * scale;
                rest = (byte)(rest * 3);
            }
        }
    }

    private static void Pack(ReadOnlySpan<float> values, float inverse, Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            int number = 0;
            for (int n = 0; n < 5; n++)
            {
                int at = n * bytes.Length + i;
                int trit =
                    at < values.Length ? (int)MathF.Round(values[at] * inverse, MidpointRounding.AwayFromZero) + 1 : 0;
                number = number * 3 + trit;
            }
            // The fraction number / 3^5 in 256ths, rounded up so that the digits come out exactly.
            bytes[i] = (byte)((number * 256 + 242) / 243);
        }
    }
}
