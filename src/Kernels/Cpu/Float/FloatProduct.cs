// Owns the product of two float matrices, C[m, n] = (C or 0) + Σ_k A(m, k) · B(n, k), for any strides.
//
// The formula, the same for every shape, division and vector width: each result is one chain of fused multiply-adds in the
// order of the depth, acc = fma(A(m, k), B(n, k), acc), from 0 or from what was in C. Where the depth is cut, the chain
// waits in C, which loses nothing. So a row does not depend on the others, and adding one part of the depth after the
// other is adding all of it.
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Float;

internal static unsafe class FloatProduct
{
    /// <summary>Outputs of a panel.</summary>
    public const int Panel = 16;

    /// <summary>Depth worked on at a time: a panel of it, 16 KiB, stays in the first-level cache.</summary>
    public const int Slab = 256;

    /// <summary>Rows worked on at a time: 288 · 256 floats stay in the second-level cache while panels pass by.</summary>
    private const int RowBlock = 288;

    /// <summary>Rows that are few: reading panels takes as long as multiplying them.</summary>
    private const int FewRows = 32;

    /// <summary>Floats of rows copied before the threads multiply, which bounds the working memory.</summary>
    private const int CopiedFloats = 2 << 20;

    /// <summary>Panels of a task, so that its results stay near as well.</summary>
    private const int MostPanels = 16;

    /// <summary>Tasks for each thread, so that a late one delays nobody much.</summary>
    private const int TasksPerThread = 8;

    /// <summary>A slab of a panel, and results that have fewer than 16 columns.</summary>
    private const int PanelFloats = Panel * Slab + RowBlock * Panel;

    /// <summary>Floats of working memory that a product on one thread needs.</summary>
    public const int WorkingFloats = RowBlock * Slab + PanelFloats;

    /// <summary>The product on all threads, in the context's working memory.</summary>
    public static void Run<TLanes>(CpuContext context, FloatMatrix a, FloatMatrix b, in FloatResults results)
        where TLanes : unmanaged, ILanes<TLanes> =>
        Run<TLanes, MatrixPanels<TLanes>>(context, a, new MatrixPanels<TLanes>(b, results.Outputs), results);

    /// <summary>The product on all threads, in the context's working memory.</summary>
    public static void Run<TLanes, TPanels>(CpuContext context, FloatMatrix a, TPanels b, in FloatResults results)
        where TLanes : unmanaged, ILanes<TLanes>
        where TPanels : unmanaged, IPanels
    {
        if (results.IsEmpty)
            return;
        int threads = context.Pool.Threads;
        int chunk = Math.Max(RowBlock, CopiedFloats / results.Depth / RowBlock * RowBlock);
        for (int start = 0; start < results.Rows; start += chunk)
        {
            var part = results.Range(start, Math.Min(chunk, results.Rows - start));
            int tiles = (part.Rows + FloatTiles<TLanes>.Rows - 1) / FloatTiles<TLanes>.Rows;
            int blocks = (part.Rows + RowBlock - 1) / RowBlock;
            int panels = (part.Outputs + Panel - 1) / Panel;
            int taskPanels = Math.Clamp(panels * blocks / (TasksPerThread * threads), 1, MostPanels);
            long rowFloats = (RowTiles<TLanes>.Floats(part.Rows, part.Depth) + 15) / 16 * 16;
            float* memory = context.Scratch.Reserve(rowFloats + (long)threads * PanelFloats);
            var rows = new RowTiles<TLanes>(memory, part.Rows, a.DepthStride == 1);
            int blockRows = (tiles + blocks - 1) / blocks * FloatTiles<TLanes>.Rows;

            var pack = new PackBody<TLanes>
            {
                Matrix = a.From(start, 0),
                Target = rows,
                BlockRows = blockRows,
                Blocks = blocks,
                Depth = part.Depth,
            };
            context.Pool.Run(blocks * ((part.Depth + Slab - 1) / Slab), ref pack);
            var body = new Body<TLanes, TPanels>
            {
                Rows = rows,
                BlockRows = blockRows,
                Panels = b,
                PanelCount = panels,
                TaskPanels = taskPanels,
                BlockTasks = (panels + taskPanels - 1) / taskPanels,
                Results = part,
                Working = memory + rowFloats,
            };
            context.Pool.Run(blocks * body.BlockTasks, ref body);
        }
    }

    /// <summary>The product on this thread alone, for small ones inside a parallel body.</summary>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second.</param>
    /// <param name="results">Where to.</param>
    /// <param name="working"><see cref="WorkingFloats"/> floats of undefined content.</param>
    public static void Alone<TLanes>(FloatMatrix a, FloatMatrix b, in FloatResults results, float* working)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (results.IsEmpty)
            return;
        var panels = new MatrixPanels<TLanes>(b, results.Outputs);
        for (int row = 0; row < results.Rows; row += RowBlock)
        {
            var part = results.Range(row, Math.Min(RowBlock, results.Rows - row));
            var rows = new RowTiles<TLanes>(working, part.Rows, a.DepthStride == 1);
            for (int start = 0; start < part.Depth; start += Slab)
            {
                int depth = Math.Min(Slab, part.Depth - start);
                rows.Pack(a.From(row, start), 0, part.Rows, 0, depth);
                var job = rows.Job(0, part.Rows, 0, depth);
                for (int panel = 0; panel * Panel < part.Outputs; panel++)
                    Multiply<TLanes, MatrixPanels<TLanes>>(panels, panel, start, job, part, working + RowBlock * Slab);
            }
        }
    }

    /// <summary>The rows of a job by a slab of a panel.</summary>
    private static void Multiply<TLanes, TPanels>(
        TPanels panels,
        int panel,
        int start,
        FloatJob job,
        in FloatResults results,
        float* working
    )
        where TLanes : unmanaged, ILanes<TLanes>
        where TPanels : unmanaged, IPanels
    {
        job.B = panels.Slab(panel, start, job.Depth, working);
        if (job.AheadStep == 0)
            job.Ahead = (byte*)job.B;
        job.C = results.At(0, panel * Panel);
        job.ResultStride = sizeof(float) * results.Stride;
        job.Continues = start > 0 || results.Adds;
        int outputs = Math.Min(Panel, results.Outputs - panel * Panel);
        if (outputs == Panel)
        {
            FloatTiles<TLanes>.Multiply(job);
            return;
        }
        float* c = job.C;
        float* whole = working + Panel * Slab;
        if (job.Continues)
            Copy(c, results.Stride, whole, Panel, job.Rows, outputs);
        job.C = whole;
        job.ResultStride = sizeof(float) * Panel;
        FloatTiles<TLanes>.Multiply(job);
        Copy(whole, Panel, c, results.Stride, job.Rows, outputs);
    }

    private static void Copy(float* source, nint stride, float* target, nint targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<float>(source + row * stride, columns).CopyTo(
                new Span<float>(target + row * targetStride, columns)
            );
    }

    /// <summary>Copies a block of rows of a slab.</summary>
    private struct PackBody<TLanes> : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public FloatMatrix Matrix;
        public RowTiles<TLanes> Target;
        public int BlockRows;
        public int Blocks;
        public int Depth;

        public readonly void Invoke(int task, int worker)
        {
            int row = task % Blocks * BlockRows;
            int start = task / Blocks * Slab;
            Target.Pack(Matrix.From(0, start), row, row + BlockRows, start, Math.Min(Slab, Depth - start));
        }
    }

    /// <summary>Multiplies a block of rows with some panels; tasks that follow each other share the rows.</summary>
    private struct Body<TLanes, TPanels> : IParallelBody
        where TLanes : unmanaged, ILanes<TLanes>
        where TPanels : unmanaged, IPanels
    {
        public RowTiles<TLanes> Rows;
        public int BlockRows;
        public TPanels Panels;
        public int PanelCount;
        public int TaskPanels;
        public int BlockTasks;
        public FloatResults Results;
        public float* Working;

        public readonly void Invoke(int task, int worker)
        {
            int row = task / BlockTasks * BlockRows;
            int count = Math.Min(BlockRows, Results.Rows - row);
            if (count <= 0)
                return;
            int first = task % BlockTasks * TaskPanels;
            int end = Math.Min(first + TaskPanels, PanelCount);
            var results = Results.Range(row, count);
            float* working = Working + worker * PanelFloats;
            // Few rows stay near whatever the order; panels are then read from memory in one go.
            int together = count <= FewRows ? 1 : end - first;
            for (; first < end; first += together)
            for (int start = 0; start < results.Depth; start += Slab)
            {
                var job = Rows.Job(row, count, start, Math.Min(Slab, results.Depth - start));
                for (int panel = first; panel < first + together; panel++)
                {
                    bool isLast = panel + 1 == first + together;
                    var (at, step) =
                        !isLast ? Panels.Ahead(panel + 1, start, count)
                        : start + Slab < results.Depth ? Panels.Ahead(first, start + Slab, count)
                        : Panels.Ahead(panel + 1, 0, count);
                    job.Ahead = (byte*)at;
                    job.AheadStep = step;
                    Multiply<TLanes, TPanels>(Panels, panel, start, job, results, working);
                }
            }
        }
    }
}
