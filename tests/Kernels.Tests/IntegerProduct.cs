// Owns the integer product as its definition says it, element by element: what the fast kernels must give bit for bit.
using System.Runtime.InteropServices;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Tests;

internal static class IntegerProduct
{
    /// <summary>One output for one row of inputs.</summary>
    public static float Compute(Tensor weight, int output, ReadOnlySpan<float> input)
    {
        float result = 0;
        for (int block = 0; block < input.Length / 32; block++)
        {
            var (x, scale) = Quantize(input.Slice(block * 32, 32));
            result = Add(result, weight.Type, weight.Row(output), block, x, scale);
        }
        return result;
    }

    private static float Add(float result, DType type, ReadOnlySpan<byte> row, int block, int[] x, float scale)
    {
        int sum = x.Sum();
        int group = block % 8;
        switch (type)
        {
            case DType.Q4_0:
            {
                var own = MemoryMarshal.Cast<byte, BlockQ4_0>(row)[block];
                float d = (float)own.Scale;
                own.Scale = (Half)1;
                int dot = Dot(own, 0, x, 0, 32, offset: 8);
                return MathF.FusedMultiplyAdd(d * scale, dot - 8 * sum, result);
            }
            case DType.Q8_0:
            {
                var own = MemoryMarshal.Cast<byte, BlockQ8_0>(row)[block];
                float d = (float)own.Scale;
                own.Scale = (Half)1;
                return MathF.FusedMultiplyAdd(d * scale, Dot(own, 0, x, 0, 32, offset: 0), result);
            }
            case DType.Q4_K:
            {
                var own = MemoryMarshal.Cast<byte, BlockQ4_K>(row)[block / 8];
                var (s, m) = own.GroupScale(group);
                var (d, minimum) = ((float)own.Scale, (float)own.Minimum);
                (own.Scale, own.Minimum) = ((Half)1, default);
                unsafe
                {
                    UnitScales(new Span<byte>(own.Scales, 12));
                }
                int dot = Dot(own, 32 * group, x, 0, 32, offset: 0);
                result = MathF.FusedMultiplyAdd(d * s * scale, dot, result);
                return MathF.FusedMultiplyAdd(-minimum * m, scale * sum, result);
            }
            case DType.Q5_K:
            {
                var own = MemoryMarshal.Cast<byte, BlockQ5_K>(row)[block / 8];
                var (s, m) = own.GroupScale(group);
                var (d, minimum) = ((float)own.Scale, (float)own.Minimum);
                (own.Scale, own.Minimum) = ((Half)1, default);
                unsafe
                {
                    UnitScales(new Span<byte>(own.Scales, 12));
                }
                int dot = Dot(own, 32 * group, x, 0, 32, offset: 0);
                result = MathF.FusedMultiplyAdd(d * s * scale, dot, result);
                return MathF.FusedMultiplyAdd(-minimum * m, scale * sum, result);
            }
            case DType.Q6_K:
            {
                var own = MemoryMarshal.Cast<byte, BlockQ6_K>(row)[block / 8];
                float d = (float)own.Scale;
                float first,
                    second;
                unsafe
                {
                    (first, second) = (d * own.Scales[2 * group], d * own.Scales[2 * group + 1]);
                    new Span<sbyte>(own.Scales, 16).Fill(1);
                }
                own.Scale = (Half)1;
                result = MathF.FusedMultiplyAdd(first * scale, Dot(own, 32 * group, x, 0, 16, offset: 0), result);
                return MathF.FusedMultiplyAdd(second * scale, Dot(own, 32 * group, x, 16, 32, offset: 0), result);
            }
            default:
                throw new NotSupportedException(type.ToString());
        }
    }

    /// <summary>Six-bit scales that are all 1, and minimums that are all 0.</summary>
    private static void UnitScales(Span<byte> packed)
    {
        packed[..4].Fill(1);
        packed[4..8].Clear();
        packed[8..].Fill(1);
    }

    /// <summary>
    /// Products of inputs and codes; a block whose scales are 1 expands to its codes less the format's own offset.
    /// </summary>
    private static int Dot<TBlock>(in TBlock unit, int at, int[] x, int start, int end, int offset)
        where TBlock : unmanaged, IQuantizedBlock<TBlock>
    {
        var values = new float[TBlock.Elements];
        TBlock.Dequantize(unit, values);
        int dot = 0;
        for (int k = start; k < end; k++)
            dot += x[k] * ((int)values[at + k] + offset);
        return dot;
    }

    private static (int[] Codes, float Scale) Quantize(ReadOnlySpan<float> block)
    {
        float peak = 0;
        foreach (float value in block)
            peak = MathF.Max(peak, MathF.Abs(value));
        float inverse = 127 / peak;
        var codes = new int[32];
        for (int k = 0; k < 32; k++)
            codes[k] = (int)MathF.Round(block[k] * inverse, MidpointRounding.ToEven);
        return (codes, peak / 127);
    }
}
