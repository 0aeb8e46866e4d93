// Owns the store of keys and values into the paged cache.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

internal static unsafe class StoreKv
{
    public static void Run(CpuContext context, float* rows, in KvView cache, int* slots, int count)
    {
        int width = cache.Heads * cache.HeadDim;
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / Math.Max(1, width));
        var body = new Body(rows, cache, slots, count, width, rowsPerTask);
        context.Pool.Run((count + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    private readonly struct Body(float* rows, KvView cache, int* slots, int count, int width, int rowsPerTask)
        : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(count, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                float* source = rows + (long)row * width;
                byte* token = cache.Token(slots[row]);
                if (cache.Type == DType.F32)
                    Unsafe.CopyBlockUnaligned(token, source, (uint)width * sizeof(float));
                else
                    ToHalf(source, (ushort*)token, width);
            }
        }
    }

    private static void ToHalf(float* source, ushort* destination, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            var low = HalfBits.FromSingle(Vector128.Load(source + i)).AsUInt32();
            var high = HalfBits.FromSingle(Vector128.Load(source + i + 4)).AsUInt32();
            Vector128.Narrow(low, high).Store(destination + i);
        }
        for (; i < count; i++)
            destination[i] = (ushort)HalfBits.FromSingle(Vector128.CreateScalar(source[i])).ToScalar();
    }
}
