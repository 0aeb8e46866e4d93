// Owns the embedding lookup: rows are few and short, so each goes through the format's definition.
using Tern.Kernels.Threading;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Cpu;

internal static unsafe class Gather
{
    public static void Run(CpuContext context, Tensor table, int* ids, int count, float* output)
    {
        var body = new Body(table.Data, table.Type, (int)table.RowBytes, checked((int)table.Columns), ids, output);
        context.Pool.Run(count, ref body);
        GC.KeepAlive(table);
    }

    private readonly struct Body(byte* table, DType type, int rowBytes, int width, int* ids, float* output)
        : IParallelBody
    {
        public void Invoke(int task, int worker) =>
            Dequantizer.Row(
                type,
                new ReadOnlySpan<byte>(table + (long)ids[task] * rowBytes, rowBytes),
                new Span<float>(output + (long)task * width, width)
            );
    }
}
