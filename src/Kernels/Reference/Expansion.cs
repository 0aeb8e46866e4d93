// Owns the expansion of a row of any real element type to float32.
using System.Runtime.InteropServices;
using Tern.Tensors;

namespace Tern.Kernels.Reference;

internal static class Expansion
{
    public static void Row(DType type, ReadOnlySpan<byte> source, Span<float> values)
    {
        switch (type)
        {
            case DType.F32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(values);
                break;
            case DType.F16:
                var halves = MemoryMarshal.Cast<byte, Half>(source);
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)halves[i];
                break;
            case DType.BF16:
                var upper = MemoryMarshal.Cast<byte, ushort>(source);
                for (int i = 0; i < values.Length; i++)
                    values[i] = BitConverter.Int32BitsToSingle(upper[i] << 16);
                break;
            case DType.F64:
                var doubles = MemoryMarshal.Cast<byte, double>(source);
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)doubles[i];
                break;
            default:
                throw new NotSupportedException($"{type} cannot be expanded yet");
        }
    }
}
