// Owns the matrix product for a single input row (decode), which is bound by reading the weights: four weight rows at a
// time, each expanded in registers and multiplied at once, while the next four are prefetched.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
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
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
                for (int block = 0; block < weight.Blocks; block++)
                {
                    Prefetch(row0 + ahead);
                    Prefetch(row1 + ahead);
                    Prefetch(row2 + ahead);
                    Prefetch(row3 + ahead);
                    Add(row0, row1, row2, row3, x, workspace, ref sum0, ref sum1, ref sum2, ref sum3);
                    row0 += TFormat.Bytes;
                    row1 += TFormat.Bytes;
                    row2 += TFormat.Bytes;
                    row3 += TFormat.Bytes;
                    x += TFormat.Elements;
                }
                if (weight.RestBytes != 0)
                {
                    byte* rest1 = rest + TFormat.Bytes;
                    byte* rest2 = rest1 + TFormat.Bytes;
                    byte* rest3 = rest2 + TFormat.Bytes;
                    Pad(row0, rest);
                    Pad(row1, rest1);
                    Pad(row2, rest2);
                    Pad(row3, rest3);
                    Add(rest, rest1, rest2, rest3, x, workspace, ref sum0, ref sum1, ref sum2, ref sum3);
                }
                sums[0] = TLanes.Sum(sum0);
                sums[1] = TLanes.Sum(sum1);
                sums[2] = TLanes.Sum(sum2);
                sums[3] = TLanes.Sum(sum3);
                for (int i = 0; i < Math.Min(4, end - first); i++)
                    output[first + i] = sums[i];
            }
        }

        private void Pad(byte* source, byte* block)
        {
            var padded = new Span<byte>(block, TFormat.Bytes);
            padded.Clear();
            new ReadOnlySpan<byte>(source, weight.RestBytes).CopyTo(padded);
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
        ref TLanes sum0,
        ref TLanes sum1,
        ref TLanes sum2,
        ref TLanes sum3
    )
    {
        TFormat.Prepare(row0, workspace);
        TFormat.Prepare(row1, workspace + TFormat.Workspace);
        TFormat.Prepare(row2, workspace + 2 * TFormat.Workspace);
        TFormat.Prepare(row3, workspace + 3 * TFormat.Workspace);
        for (int group = 0; group < TFormat.Elements / 32; group++)
        {
            var low = TLanes.Load(x + 32 * group);
            var high = TLanes.Load(x + 32 * group + 16);
            TFormat.Expand(row0, workspace, group, out TLanes first, out TLanes second);
            sum0 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum0));
            TFormat.Expand(row1, workspace + TFormat.Workspace, group, out first, out second);
            sum1 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum1));
            TFormat.Expand(row2, workspace + 2 * TFormat.Workspace, group, out first, out second);
            sum2 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum2));
            TFormat.Expand(row3, workspace + 3 * TFormat.Workspace, group, out first, out second);
            sum3 = TLanes.Fma(second, high, TLanes.Fma(first, low, sum3));
        }
    }

    /// <summary>Asks for the lines of one block. Addresses past the matrix do no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* block)
    {
        if (!Sse.IsSupported)
            return;
        for (int line = 0; line < TFormat.Bytes; line += 64)
            Sse.Prefetch0(block + line);
    }
}
