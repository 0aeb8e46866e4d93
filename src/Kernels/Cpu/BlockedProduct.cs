// Owns the matrix product for several input rows (prefill, batched decode): 16 weight rows at a time are expanded, 512
// elements of each, into a panel that stays in the first-level cache, and multiplied with all input rows before the next.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Cpu.Weights;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu;

internal static unsafe class BlockedProduct<TLanes, TFormat>
    where TLanes : unmanaged, ILanes<TLanes>
    where TFormat : struct, IWeightFormat
{
    /// <summary>Weight rows of a panel; 16 · 512 floats are 32 KiB.</summary>
    private const int Panel = 16;

    /// <summary>Elements of a slab, the part of a row worked on at a time: a multiple of every block size.</summary>
    private const int Slab = 512;

    /// <summary>Input rows between two expansions of a panel: 128 · 512 floats (256 KiB) stay in the second-level cache.</summary>
    private const int RowBlock = 128;

    /// <summary>Input rows packed at a time, which bounds the working memory.</summary>
    private const int RowChunk = 512;

    private const int WorkerFloats = Panel * Slab + RowBlock * Panel * 16;

    public static void Run(CpuContext context, in WeightMatrix weight, float* input, float* output, int rows)
    {
        int panels = (weight.Outputs + Panel - 1) / Panel;
        for (int start = 0; start < rows; start += RowChunk)
        {
            int count = Math.Min(RowChunk, rows - start);
            int padded = (count + Tile.Size - 1) / Tile.Size * Tile.Size;
            long packedFloats = (long)padded * weight.PaddedWidth;
            float* packed = context.Scratch.Reserve(packedFloats + (long)context.Pool.Threads * WorkerFloats);

            var pack = new PackBody(weight, input + (long)start * weight.Width, packed, count, padded);
            context.Pool.Run(padded / Tile.Size, ref pack);
            float* results = output + (long)start * weight.Outputs;
            var product = new ProductBody(weight, packed, packed + packedFloats, results, count, padded);
            context.Pool.Run(panels, ref product);
        }
    }

    /// <summary>Where row 0 of a slab begins in the packed input, and how wide the slab is.</summary>
    private static (long Start, int Width) SlabOf(int slab, int paddedRows, int paddedWidth) =>
        ((long)slab * Slab * paddedRows, Math.Min(Slab, paddedWidth - slab * Slab));

    /// <summary>
    /// Packs the input slab after slab, each row by row, so that what is worked on at a time is contiguous whatever
    /// the width; pads rows and columns with zeros.
    /// </summary>
    private readonly struct PackBody(WeightMatrix weight, float* input, float* packed, int rows, int paddedRows)
        : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            for (int row = task * Tile.Size; row < (task + 1) * Tile.Size; row++)
            for (int slab = 0; slab * Slab < weight.PaddedWidth; slab++)
            {
                var (start, width) = SlabOf(slab, paddedRows, weight.PaddedWidth);
                var target = new Span<float>(packed + start + (long)row * width, width);
                int filled = row < rows ? Math.Min(width, weight.Width - slab * Slab) : 0;
                new ReadOnlySpan<float>(input + (long)row * weight.Width + slab * Slab, filled).CopyTo(target);
                target[filled..].Clear();
            }
        }
    }

    private readonly struct ProductBody(
        WeightMatrix weight,
        float* packed,
        float* workers,
        float* output,
        int rows,
        int paddedRows
    ) : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            float* panel = workers + (long)worker * WorkerFloats;
            float* sums = panel + Panel * Slab;
            int firstOutput = task * Panel;
            int outputs = Math.Min(Panel, weight.Outputs - firstOutput);
            int slabs = (weight.PaddedWidth + Slab - 1) / Slab;
            for (int firstRow = 0; firstRow < paddedRows; firstRow += RowBlock)
            for (int slab = 0; slab < slabs; slab++)
            {
                var (start, width) = SlabOf(slab, paddedRows, weight.PaddedWidth);
                for (int i = 0; i < outputs; i++)
                    Expand(firstOutput + i, slab, width, panel + i * width);
                int endRow = Math.Min(paddedRows, firstRow + RowBlock);
                float* tileSums = sums;
                for (int row = firstRow; row < endRow; row += Tile.Size)
                for (int o = 0; o < outputs; o += Tile.Size)
                {
                    float* a = packed + start + (long)row * width;
                    Tile.Multiply<TLanes>(a, panel + o * width, width, tileSums, isFirst: slab == 0);
                    if (slab == slabs - 1)
                        WriteOut(tileSums, row, firstOutput + o);
                    tileSums += Tile.Floats;
                }
            }
        }

        private void WriteOut(float* sums, int row, int firstOutput)
        {
            int outputs = Math.Min(Tile.Size, weight.Outputs - firstOutput);
            for (int i = 0; i < Math.Min(Tile.Size, rows - row); i++)
            for (int j = 0; j < outputs; j++)
                output[(long)(row + i) * weight.Outputs + firstOutput + j] = TLanes.Sum(
                    TLanes.Load(sums + (i * Tile.Size + j) * 16)
                );
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Expand(int outputRow, int slab, int width, float* destination)
        {
            float* workspace = stackalloc float[TFormat.Workspace];
            byte* rest = stackalloc byte[TFormat.Bytes];
            int first = slab * (Slab / TFormat.Elements);
            byte* block = weight.Row(outputRow) + (long)first * TFormat.Bytes;
            int count = width / TFormat.Elements;

            // What this row of the panel needs next: its next slab, or the first one of its row in the next panel.
            bool isLast = first + count >= weight.Blocks;
            byte* ahead = isLast ? weight.Row(outputRow + Panel) : block + count * TFormat.Bytes;
            for (int i = 0; i < count; i++)
            {
                Prefetch.Lines(ahead, TFormat.Bytes);
                ahead += TFormat.Bytes;
                if (first + i == weight.Blocks)
                {
                    var padded = new Span<byte>(rest, TFormat.Bytes);
                    padded.Clear();
                    new ReadOnlySpan<byte>(block, weight.RestBytes).CopyTo(padded);
                    block = rest;
                }
                TFormat.Prepare<TLanes>(block, workspace);
                for (int quad = 0; quad < (TFormat.Elements + 127) / 128; quad++)
                {
                    Store(block, workspace, quad, 0, destination);
                    if (TFormat.Elements >= 64)
                        Store(block, workspace, quad, 1, destination);
                    if (TFormat.Elements >= 128)
                    {
                        Store(block, workspace, quad, 2, destination);
                        Store(block, workspace, quad, 3, destination);
                    }
                }
                block += TFormat.Bytes;
                destination += TFormat.Elements;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(byte* block, float* workspace, int quad, int part, float* destination)
        {
            TFormat.Expand(block, workspace, quad, part, out TLanes low, out TLanes high);
            float* group = destination + 128 * quad + 32 * part;
            TLanes.Store(group, low);
            TLanes.Store(group + 16, high);
        }
    }
}
