// Owns the division of an integer product: rows are rounded to bytes, chunk by chunk, then the panels of the weight are
// handed out to the threads, each panel with all rows of the chunk.
//
// The formula, the same for every number of rows, of threads, every vector width and for generated code: along the depth,
// block after block, an exact integer sum of products enters a float accumulator by the format's fused multiply-adds
// (IPackedFormat.Add).
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Packed;

internal static unsafe class PackedProduct
{
    /// <summary>Rows rounded at a time, which bounds the working memory.</summary>
    private const int RowChunk = 512;

    /// <summary>Bytes of weights a task reads: large enough to make handing it out cheap, small enough to balance.</summary>
    private const int TaskBytes = 128 << 10;

    public static void Run<TPanels>(
        CpuContext context,
        PackedWeight weight,
        TPanels panels,
        float* input,
        float* output,
        int rows
    )
        where TPanels : unmanaged, IPanelProduct
    {
        var layout = weight.Layout;
        for (int start = 0; start < rows; start += RowChunk)
        {
            int count = Math.Min(RowChunk, rows - start);
            int atOnce = panels.PanelsAtOnce(count);
            int panelsPerTask = (int)Math.Max(1, TaskBytes / Math.Max(atOnce * layout.PanelBytes, 1)) * atOnce;
            long floats = QuantizedRows.Floats(count, layout.Width);
            long working = panels.WorkingFloats(count);
            float* memory = context.Scratch.Reserve(floats + context.Pool.Threads * working);
            var x = new QuantizedRows(memory, count, layout.Width);
            x.Quantize(context.Pool, input + (long)start * layout.Width);
            var body = new Body<TPanels>
            {
                Panels = panels,
                Layout = layout,
                Weight = weight.Data,
                X = x,
                Working = memory + floats,
                WorkingFloats = working,
                Output = output + (long)start * layout.Outputs,
                PanelsAtOnce = atOnce,
                PanelsPerTask = panelsPerTask,
            };
            context.Pool.Run((layout.Panels + panelsPerTask - 1) / panelsPerTask, ref body);
        }
        GC.KeepAlive(weight);
    }

    private struct Body<TPanels> : IParallelBody
        where TPanels : unmanaged, IPanelProduct
    {
        public TPanels Panels;
        public PackedLayout Layout;
        public byte* Weight;
        public QuantizedRows X;
        public float* Working;
        public long WorkingFloats;
        public float* Output;
        public int PanelsAtOnce;
        public int PanelsPerTask;

        public void Invoke(int task, int worker)
        {
            int end = Math.Min((task + 1) * PanelsPerTask, Layout.Panels);
            for (int panel = task * PanelsPerTask; panel < end; panel += PanelsAtOnce)
            {
                byte* start = Weight + panel * Layout.PanelBytes;
                int first = panel * PackedLayout.Panel;
                Panels.Multiply(
                    new PanelTask
                    {
                        X = X,
                        Width = Layout.Width,
                        Scales = start,
                        Codes = start + Layout.ScaleStride,
                        PanelStride = Layout.PanelBytes,
                        Output = Output + first,
                        OutputStride = Layout.Outputs,
                        Outputs = Math.Min(PanelsAtOnce * PackedLayout.Panel, Layout.Outputs - first),
                        Working = Working + worker * WorkingFloats,
                    }
                );
            }
        }
    }
}
