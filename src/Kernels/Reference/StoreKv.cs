// Owns the store into the paged cache of the reference backend.
using Tern.Tensors;

namespace Tern.Kernels.Reference;

internal static unsafe class StoreKv
{
    public static void Run(ReadOnlySpan<float> rows, in KvView cache, ReadOnlySpan<int> slots)
    {
        int width = cache.Heads * cache.HeadDim;
        for (int row = 0; row < slots.Length; row++)
        {
            byte* token = cache.Token(slots[row]);
            for (int i = 0; i < width; i++)
            {
                float value = rows[row * width + i];
                if (cache.Type == DType.F32)
                    ((float*)token)[i] = value;
                else
                    ((Half*)token)[i] = (Half)value;
            }
        }
    }
}
