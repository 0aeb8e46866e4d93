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
            var streams = new PanelStreams(layout.Panels, layout.PanelBytes, atOnce, context.Pool.Threads);
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
                Streams = streams,
            };
            context.Pool.Run(streams.Tasks, ref body);
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
        public PanelStreams Streams;

        public void Invoke(int task, int worker)
        {
            var (first, apart, end) = Streams.Of(task);
            for (int i = 0; i < apart; i++)
                Multiply(first + i, Streams.AtOnce, apart, worker);
            for (int panel = first + apart * Streams.AtOnce; panel < end; panel++)
                Multiply(panel, 1, 0, worker);
        }

        private void Multiply(int panel, int count, int apart, int worker)
        {
            byte* start = Weight + panel * Layout.PanelBytes;
            int last = panel + (count - 1) * apart;
            Panels.Multiply(
                new PanelTask
                {
                    X = X,
                    Width = Layout.Width,
                    Scales = start,
                    Codes = start + Layout.ScaleStride,
                    Panels = count,
                    PanelStride = apart * Layout.PanelBytes,
                    Output = Output + panel * PackedLayout.Panel,
                    OutputStride = Layout.Outputs,
                    PanelOutputStride = apart * PackedLayout.Panel,
                    Outputs = Math.Min(PackedLayout.Panel, Layout.Outputs - last * PackedLayout.Panel),
                    Working = Working + worker * WorkingFloats,
                }
            );
        }
    }
}
