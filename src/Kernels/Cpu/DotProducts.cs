// Owns the matrix product for a single input row (decode), which is bound by reading the weights: four weight rows at a
// time, each expanded in registers and multiplied at once, while the next four are prefetched.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Cpu.Weights;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class DotProducts<TLanes, TFormat>
    where TLanes : unmanaged, ILanes<TLanes>
    where TFormat : struct, IWeightFormat
{
    /// <summary>Bytes of weights a task reads: large enough to make handing it out cheap, small enough to balance.</summary>
    private const int TaskBytes = 128 << 10;

    public static void Run(CpuContext context, in WeightMatrix weight, float* input, float* output)
    {
        if (weight.PaddedWidth != weight.Width)
        {
            float* padded = context.Scratch.Reserve(weight.PaddedWidth);
            Unsafe.CopyBlock(padded, input, (uint)weight.Width * sizeof(float));
            new Span<float>(padded + weight.Width, weight.PaddedWidth - weight.Width).Clear();
            input = padded;
        }
        int rowsPerTask = (int)Math.Max(4, TaskBytes / Math.Max(weight.RowBytes, 1) / 4 * 4);
        var body = new Body(weight, input, output, rowsPerTask);
        context.Pool.Run((weight.Outputs + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    private readonly struct Body(WeightMatrix weight, float* input, float* output, int rowsPerTask) : IParallelBody
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(int task, int worker)
        {
            float* workspace = stackalloc float[4 * TFormat.Workspace];
            byte* rest = stackalloc byte[4 * TFormat.Bytes];
            float* sums = stackalloc float[4];
            int end = Math.Min((task + 1) * rowsPerTask, weight.Outputs);
            for (int first = task * rowsPerTask; first < end; first += 4)
            {
                byte* row0 = weight.Row(first);
                byte* row1 = weight.Row(first + 1);
                byte* row2 = weight.Row(first + 2);
                byte* row3 = weight.Row(first + 3);
                var sum0 = TLanes.Zero;
                var sum1 = TLanes.Zero;
                var sum2 = TLanes.Zero;
                var sum3 = TLanes.Zero;
                float* x = input;
                long ahead = 4 * weight.RowBytes;
                int blocks = weight.Blocks + (weight.RestBytes == 0 ? 0 : 1);
                for (int block = 0; block < blocks; block++)
                {
                    if (block == weight.Blocks)
                    {
                        row0 = Pad(row0, rest);
                        row1 = Pad(row1, rest + TFormat.Bytes);
                        row2 = Pad(row2, rest + 2 * TFormat.Bytes);
                        row3 = Pad(row3, rest + 3 * TFormat.Bytes);
                    }
                    Prefetch.Lines(row0 + ahead, TFormat.Bytes);
                    Prefetch.Lines(row1 + ahead, TFormat.Bytes);
                    Prefetch.Lines(row2 + ahead, TFormat.Bytes);
                    Prefetch.Lines(row3 + ahead, TFormat.Bytes);
                    TFormat.Prepare<TLanes>(row0, workspace);
                    TFormat.Prepare<TLanes>(row1, workspace + TFormat.Workspace);
                    TFormat.Prepare<TLanes>(row2, workspace + 2 * TFormat.Workspace);
                    TFormat.Prepare<TLanes>(row3, workspace + 3 * TFormat.Workspace);
                    for (int quad = 0; quad < (TFormat.Elements + 127) / 128; quad++)
                    {
                        Add(row0, row1, row2, row3, x, workspace, quad, 0, ref sum0, ref sum1, ref sum2, ref sum3);
                        if (TFormat.Elements >= 64)
                            Add(row0, row1, row2, row3, x, workspace, quad, 1, ref sum0, ref sum1, ref sum2, ref sum3);
                        if (TFormat.Elements >= 128)
                        {
                            Add(row0, row1, row2, row3, x, workspace, quad, 2, ref sum0, ref sum1, ref sum2, ref sum3);
                            Add(row0, row1, row2, row3, x, workspace, quad, 3, ref sum0, ref sum1, ref sum2, ref sum3);
                        }
                    }
                    row0 += TFormat.Bytes;
                    row1 += TFormat.Bytes;
                    row2 += TFormat.Bytes;
                    row3 += TFormat.Bytes;
                    x += TFormat.Elements;
                }
                sums[0] = TLanes.Sum(sum0);
                sums[1] = TLanes.Sum(sum1);
                sums[2] = TLanes.Sum(sum2);
                sums[3] = TLanes.Sum(sum3);
                for (int i = 0; i < Math.Min(4, end - first); i++)
                    output[first + i] = sums[i];
            }
        }

        private byte* Pad(byte* source, byte* block)
        {
            var padded = new Span<byte>(block, TFormat.Bytes);
            padded.Clear();
            new ReadOnlySpan<byte>(source, weight.RestBytes).CopyTo(padded);
            return block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        byte* row0,
        byte* row1,
        byte* row2,
        byte* row3,
        float* x,
        float* workspace,
        int quad,
        int part,
        ref TLanes sum0,
        ref TLanes sum1,
        ref TLanes sum2,
        ref TLanes sum3
    )
    {
        float* group = x + 128 * quad + 32 * part;
        var low = TLanes.Load(group);
        var high = TLanes.Load(group + 16);
        TFormat.Expand(row0, workspace, quad, part, out TLanes first, out TLanes second);
        sum0 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum0));
        TFormat.Expand(row1, workspace + TFormat.Workspace, quad, part, out first, out second);
        sum1 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum1));
        TFormat.Expand(row2, workspace + 2 * TFormat.Workspace, quad, part, out first, out second);
        sum2 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum2));
        TFormat.Expand(row3, workspace + 3 * TFormat.Workspace, quad, part, out first, out second);
        sum3 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum3));
    }
}
