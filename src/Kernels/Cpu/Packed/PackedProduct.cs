// Owns the integer product: rows are rounded to bytes, then every panel of weights is multiplied with all of them, slab
// by slab along the depth; a slab's codes and scales are unpacked once for all rows.
//
// The formula, the same for every number of rows, of threads and every vector width: along the depth, block after block,
// an exact integer sum of products enters a float accumulator by the format's fused multiply-adds (IPackedFormat.Add).
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Packed;

internal static unsafe class PackedProduct<TLanes, TBytes, TVector, TFormat>
    where TLanes : unmanaged, ILanes<TLanes>
    where TBytes : struct, IByteProducts<TVector>
    where TVector : unmanaged
    where TFormat : struct, IPackedFormat
{
    /// <summary>Rows rounded at a time, which bounds the working memory.</summary>
    private const int RowChunk = 512;

    /// <summary>Rows from which on rounding them is divided among the threads.</summary>
    private const int ParallelRows = 4;

    /// <summary>Bytes of weights a task reads: large enough to make handing it out cheap, small enough to balance.</summary>
    private const int TaskBytes = 128 << 10;

    private const int Slab = QuantizedRows.SlabBlocks;
    private const int Panel = PackedLayout.Panel;

    public static void Run(CpuContext context, PackedWeight weight, float* input, float* output, int rows)
    {
        var layout = weight.Layout;
        int panelsPerTask = (int)Math.Max(1, TaskBytes / Math.Max(layout.PanelBytes, 1));
        for (int start = 0; start < rows; start += RowChunk)
        {
            int count = Math.Min(RowChunk, rows - start);
            long floats = QuantizedRows.Floats(count, layout.Width);
            float* memory = context.Scratch.Reserve(floats + (long)context.Pool.Threads * count * Panel);
            var x = new QuantizedRows(memory, count, layout.Width);
            var quantize = new QuantizeBody(x, input + (long)start * layout.Width, layout.Width);
            if (count < ParallelRows)
            {
                for (int row = 0; row < count; row++)
                    quantize.Invoke(row, worker: 0);
            }
            else
            {
                context.Pool.Run(count, ref quantize);
            }
            float* target = output + (long)start * layout.Outputs;
            var product = new ProductBody(layout, weight.Data, x, memory + floats, target, count, panelsPerTask);
            context.Pool.Run((layout.Panels + panelsPerTask - 1) / panelsPerTask, ref product);
        }
        GC.KeepAlive(weight);
    }

    private readonly struct QuantizeBody(QuantizedRows x, float* input, int width) : IParallelBody
    {
        public void Invoke(int task, int worker) => x.Quantize(task, input + (long)task * width);
    }

    private readonly struct ProductBody(
        PackedLayout layout,
        byte* weight,
        QuantizedRows x,
        float* workers,
        float* output,
        int rows,
        int panelsPerTask
    ) : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            float* results = workers + (long)worker * rows * Panel;
            int end = Math.Min((task + 1) * panelsPerTask, layout.Panels);
            for (int panel = task * panelsPerTask; panel < end; panel++)
            {
                byte* scales = weight + panel * layout.PanelBytes;
                new Span<float>(results, rows * Panel).Clear();
                if (rows == 1)
                    OneRow(scales, scales + layout.ScaleStride, results);
                else
                    Rows(scales, scales + layout.ScaleStride, results);
                WriteOut(results, panel * Panel);
            }
        }

        [SkipLocalsInit]
        private void OneRow(byte* scales, byte* codes, float* results)
        {
            float* sums = stackalloc float[Slab * GroupSums<TBytes, TVector, TFormat>.PerBlock];
            float* factors = stackalloc float[Slab * 2 * Panel];
            for (int block = 0; block < layout.Blocks; block += Slab)
            {
                var slab = x.Slab(0, block);
                GroupSums<TBytes, TVector, TFormat>.One(codes, slab.Codes, slab.Blocks, sums);
                Factors(ref scales, slab.Blocks, factors);
                AddSlab(factors, sums, 1, slab, results);
                codes += Slab * TFormat.CodeBytes;
            }
        }

        [SkipLocalsInit]
        private void Rows(byte* scales, byte* codes, float* results)
        {
            int perBlock = GroupSums<TBytes, TVector, TFormat>.PerBlock;
            float* sums = stackalloc float[4 * Slab * perBlock];
            float* factors = stackalloc float[Slab * 2 * Panel];
            byte* buffer = stackalloc byte[Slab * GroupSums<TBytes, TVector, TFormat>.UnpackedBytes];
            for (int block = 0; block < layout.Blocks; block += Slab)
            {
                var slab = x.Slab(0, block);
                byte* unpacked = codes;
                if (TFormat.CodeBytes != GroupSums<TBytes, TVector, TFormat>.UnpackedBytes)
                {
                    GroupSums<TBytes, TVector, TFormat>.Unpack(codes, slab.Blocks, buffer);
                    unpacked = buffer;
                }
                Factors(ref scales, slab.Blocks, factors);
                int row = 0;
                for (; row + 4 <= rows; row += 4)
                {
                    slab = x.Slab(row, block);
                    int width = slab.Blocks * PackedLayout.Block;
                    GroupSums<TBytes, TVector, TFormat>.Four(unpacked, slab.Codes, width, slab.Blocks, sums);
                    AddSlab(factors, sums, 4, slab, results + row * Panel);
                }
                for (; row < rows; row++)
                {
                    slab = x.Slab(row, block);
                    GroupSums<TBytes, TVector, TFormat>.One(codes, slab.Codes, slab.Blocks, sums);
                    AddSlab(factors, sums, 1, slab, results + row * Panel);
                }
                codes += Slab * TFormat.CodeBytes;
            }
        }

        /// <summary>What the sums of each block are multiplied with, <c>[blocks, 2, 16]</c>; moves on to the next slab's scales.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Factors(ref byte* scales, int blocks, float* factors)
        {
            for (int block = 0; block < blocks; block++)
            {
                TFormat.Scales(scales, block % TFormat.BlocksPerScales, out TLanes first, out TLanes second);
                TLanes.Store(factors, first);
                TLanes.Store(factors + Panel, second);
                factors += 2 * Panel;
                if (TFormat.BlocksPerScales == 1)
                    scales += TFormat.ScaleBytes;
            }
            if (TFormat.BlocksPerScales != 1)
                scales += TFormat.ScaleBytes;
        }

        /// <summary>The float half: adds the sums of a slab to the results of one or four rows.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void AddSlab(float* factors, float* sums, int count, RowSlab slab, float* results)
        {
            int perBlock = GroupSums<TBytes, TVector, TFormat>.PerBlock;
            for (int r = 0; r < count; r++)
            {
                var result = TLanes.Load(results + Panel * r);
                float* sum = sums + perBlock * r;
                float* scale = slab.Scales + slab.Blocks * r;
                int* codeSums = slab.Sums + 2 * slab.Blocks * r;
                float* factor = factors;
                for (int block = 0; block < slab.Blocks; block++)
                {
                    result = TFormat.Add(
                        result,
                        TLanes.Load(factor),
                        TLanes.Load(factor + Panel),
                        TLanes.Load(sum),
                        TLanes.Load(sum + perBlock - Panel),
                        *scale++,
                        codeSums
                    );
                    codeSums += 2;
                    factor += 2 * Panel;
                    sum += count * perBlock;
                }
                TLanes.Store(results + Panel * r, result);
            }
        }

        private void WriteOut(float* results, int first)
        {
            int count = Math.Min(Panel, layout.Outputs - first);
            for (int row = 0; row < rows; row++)
                new ReadOnlySpan<float>(results + row * Panel, count).CopyTo(
                    new Span<float>(output + (long)row * layout.Outputs + first, count)
                );
        }
    }
}
