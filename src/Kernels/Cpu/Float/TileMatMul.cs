// Owns the product of rows with a weight of F16 or BF16 in tiles of bfloat16. Rows are split into two parts of bfloat16, and
// so are halves, which they hold exactly: a step of 32 inputs is two products of tiles, or three. An input counts with 16 bits;
// of a half, the product of both lower parts is left out, at most 2^-15 of the whole.
//
// A result is one chain of such steps in the order of the depth. Slabs, rows of other requests and threads do not show in
// it; one row takes the same way as many. That it differs from the chain of FloatProduct is the price of eight times its speed.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Threading;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Float;

internal static unsafe class TileMatMul
{
    private const int Panel = FloatProduct.Panel;

    /// <summary>Panels of a task, expanded slab by slab; streams from memory.</summary>
    private const int TaskPanels = FloatExpansion.ManyPanels;

    /// <summary>Steps of a slab: up to 512 rows of it, 1 MiB, stay in the second-level cache while panels pass by.</summary>
    private const int SlabSteps = 16;

    private const int MostRows = 512;

    /// <summary>Inputs split before the threads multiply, which bounds the working memory to four bytes for each.</summary>
    private const int SplitInputs = 4 << 20;

    /// <summary>Bytes of a step of 16 rows.</summary>
    private const int RowStepBytes = 2 * TileShape.Bytes;

    /// <summary>Whether tiles can take the weight.</summary>
    public static bool Takes(FloatWeight weight) =>
        weight.Type is DType.F16 or DType.BF16 && weight.Inputs > 0 && weight.Inputs % TileShape.Depth == 0;

    public static void Run(
        CpuContext context,
        FloatWeight weight,
        in FloatTileKernels kernels,
        float* input,
        float* output,
        int rows
    )
    {
        int most = Math.Clamp(SplitInputs / weight.Inputs / TileShape.MaxRows * TileShape.MaxRows, 32, MostRows);
        int panels = (weight.Outputs + Panel - 1) / Panel;
        var split = weight.Type == DType.F16 ? SplitOperands.Both : SplitOperands.Rows;
        int panelStepBytes = TileProduct.PanelParts(split) * TileShape.Bytes;
        for (int start = 0; start < rows; start += most)
        {
            int count = Math.Min(most, rows - start);
            int tiles = (count + 15) / 16;
            int steps = weight.Inputs / TileShape.Depth;
            long rowBytes = (long)tiles * steps * RowStepBytes;
            long scratchBytes = (long)TaskPanels * SlabSteps * panelStepBytes;
            byte* memory = (byte*)
                context.Scratch.Reserve((rowBytes + context.Pool.Threads * scratchBytes) / sizeof(float));
            var splitting = new SplitBody
            {
                Input = input + (long)start * weight.Inputs,
                Rows = count,
                Steps = steps,
                Tiles = memory,
            };
            context.Pool.Run(tiles, ref splitting);
            var body = new Body
            {
                Kernels = kernels,
                Type = weight.Type,
                Split = split,
                Panels = weight.Data,
                PanelBytes = weight.PanelBytes,
                PanelStepBytes = panelStepBytes,
                RowTiles = memory,
                Steps = steps,
                Output = output + (long)start * weight.Outputs,
                Rows = count,
                Outputs = weight.Outputs,
                Scratch = memory + rowBytes,
                ScratchBytes = scratchBytes,
            };
            context.Pool.Run((panels + TaskPanels - 1) / TaskPanels, ref body);
        }
        GC.KeepAlive(weight);
    }

    /// <summary>A task is a tile of rows, over the whole depth.</summary>
    private struct SplitBody : IParallelBody
    {
        public float* Input;
        public int Rows;
        public int Steps;
        public byte* Tiles;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke(int task, int worker)
        {
            byte* tile = Tiles + (long)task * Steps * RowStepBytes;
            int count = Math.Min(16, Rows - 16 * task);
            for (int row = 0; row < count; row++)
            {
                float* values = Input + (16L * task + row) * Steps * TileShape.Depth;
                byte* line = tile + 64 * row;
                for (int step = 0; step < Steps; step++, values += TileShape.Depth, line += RowStepBytes)
                    BFloat16Pair.Split(values, (ushort*)line, (ushort*)(line + TileShape.Bytes));
            }
        }
    }

    /// <summary>A task is a few panels by all rows.</summary>
    private struct Body : IParallelBody
    {
        public FloatTileKernels Kernels;
        public DType Type;
        public SplitOperands Split;
        public byte* Panels;
        public long PanelBytes;
        public int PanelStepBytes;
        public byte* RowTiles;
        public int Steps;
        public float* Output;
        public int Rows;
        public int Outputs;
        public byte* Scratch;
        public long ScratchBytes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke(int task, int worker)
        {
            int output = task * TaskPanels * Panel;
            int outputs = Math.Min(TaskPanels * Panel, Outputs - output);
            byte* tiles = Scratch + worker * ScratchBytes;
            for (int start = 0; start < Steps; start += SlabSteps)
            {
                int steps = Math.Min(SlabSteps, Steps - start);
                Expand(task * TaskPanels, (outputs + Panel - 1) / Panel, start, steps, tiles);
                var (whole, rest) = Math.DivRem(outputs, TileShape.MaxOutputs);
                if (whole > 0)
                    Multiply(output, TileShape.MaxOutputs, whole, start, steps, tiles);
                int done = outputs - rest;
                if (rest > 0)
                    Multiply(output + done, rest, 1, start, steps, tiles + done / Panel * SlabSteps * PanelStepBytes);
            }
        }

        private readonly void Expand(int panel, int panels, int start, int steps, byte* tiles)
        {
            int atOnce = panels == TaskPanels ? TaskPanels : 1;
            var job = new FloatExpandJob
            {
                Panels = Panels + panel * PanelBytes + (long)start * TileShape.Depth * Panel * sizeof(ushort),
                PanelStride = PanelBytes,
                Tiles = tiles,
                TileStride = SlabSteps * PanelStepBytes,
                Steps = steps,
            };
            for (int done = 0; done < panels; done += atOnce)
            {
                Kernels.Expansion(Type, atOnce)(&job);
                job.Panels += atOnce * PanelBytes;
                job.Tiles += atOnce * job.TileStride;
            }
        }

        /// <summary>Several times so many outputs.</summary>
        private readonly void Multiply(int output, int outputs, int times, int start, int steps, byte* tiles)
        {
            long rowTileBytes = (long)Steps * RowStepBytes;
            for (int row = 0; row < Rows; row += TileShape.MaxRows)
            {
                int rows = Math.Min(TileShape.MaxRows, Rows - row);
                var job = new TileJob
                {
                    Shape = TileShape.ForBFloat16(rows, outputs),
                    Rows = RowTiles + row / 16 * rowTileBytes + (long)start * RowStepBytes,
                    RowTileStride = rowTileBytes,
                    Panels = tiles,
                    PanelStride = SlabSteps * PanelStepBytes,
                    Times = times,
                    Steps = steps,
                    Output = Output + (long)row * Outputs + output,
                    OutputStride = (long)Outputs * sizeof(float),
                    Continues = start > 0 ? 1 : 0,
                };
                Kernels.Product(Split, (rows + 15) / 16, (outputs + 15) / 16)(&job);
            }
        }
    }
}
