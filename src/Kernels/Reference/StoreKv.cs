// Owns the store into the paged cache of the reference backend.
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Reference;

internal static unsafe class StoreKv
{
    public static void Run(ReadOnlySpan<float> rows, in KvView cache, ReadOnlySpan<int> slots)
    {
        int dim = cache.HeadDim;
        for (int row = 0; row < slots.Length; row++)
        for (int head = 0; head < cache.Heads; head++)
        {
            var source = rows.Slice((row * cache.Heads + head) * dim, dim);
            var vector = new Span<byte>(cache.Vector(slots[row], head), cache.VectorBytes);
            if (cache.Type == DType.Q8_0)
                StoreBlocks(source, vector);
            else
                Quantizer.Row(cache.Type, source, vector);
        }
    }

    /// <summary>A block with an element that is no finite number gets NaN as its scale, so that the fault shows.</summary>
    private static void StoreBlocks(ReadOnlySpan<float> source, Span<byte> vector)
    {
        int bytes = DType.Q8_0.BytesPerBlock();
        for (int block = 0; block * BlockQ8_0.Elements < source.Length; block++)
        {
            var values = source.Slice(block * BlockQ8_0.Elements, BlockQ8_0.Elements);
            var stored = vector.Slice(block * bytes, bytes);
            if (values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0)
            {
                Quantizer.Row(DType.Q8_0, values, stored);
                continue;
            }
            stored.Clear();
            BitConverter.TryWriteBytes(stored, Half.NaN);
        }
    }
}
