// Owns the making of random operands for kernel tests.
using Tern.Tensors;

namespace Tern.Kernels.Tests;

internal static class Randoms
{
    public static readonly DType[] RealTypes = [.. Enum.GetValues<DType>().Where(type => type.IsReal())];

    public static float[] Floats(int count, int seed, float scale = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(random.NextDouble() * 2 - 1) * scale;
        return values;
    }

    /// <summary>A matrix of random values; of random bytes, with scales kept finite, for block types.</summary>
    public static Tensor Weight(DType type, int outputs, int width, int seed)
    {
        var tensor = Tensor.Allocate("weight", type, outputs, width);
        var random = new Random(seed);
        for (int row = 0; row < outputs; row++)
            Fill(type, tensor.Row(row), random);
        return tensor;
    }

    private static void Fill(DType type, Span<byte> row, Random random)
    {
        int blockBytes = type.BytesPerBlock();
        Span<float> values = new float[type.ElementsPerBlock()];
        for (int start = 0; start < row.Length; start += blockBytes)
        {
            var block = row.Slice(start, blockBytes);
            // Random bytes reach every code; those that decode to infinities or huge scales are drawn again.
            do
            {
                random.NextBytes(block);
                Tensors.Quantization.Dequantizer.Row(type, block, values);
            } while (!IsModest(values));
        }
    }

    private static bool IsModest(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!(MathF.Abs(value) < 1e4f))
                return false;
        }
        return true;
    }
}
