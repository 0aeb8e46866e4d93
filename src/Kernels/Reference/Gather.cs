// Owns the embedding lookup of the reference backend.
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Reference;

internal static class Gather
{
    public static void Run(Tensor table, ReadOnlySpan<int> ids, Span<float> output)
    {
        int width = checked((int)table.Columns);
        for (int i = 0; i < ids.Length; i++)
            Dequantizer.Row(table.Type, table.Row(ids[i]), output.Slice(i * width, width));
    }
}
