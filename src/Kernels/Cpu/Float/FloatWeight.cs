// Owns a weight matrix of floats (F32, F16, BF16) rearranged for products: its memory and the packing, on all threads.
using Tern.Kernels.Threading;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Cpu.Float;

/// <summary>
/// Panels of 16 outputs in the matrix's own element type: the 16 elements of an input, then those of the next. The last
/// panel is filled up with zeros.
/// </summary>
internal sealed unsafe class FloatWeight : Weight
{
    private const int Panel = FloatProduct.Panel;

    /// <summary>Source bytes packed before their pages are given back.</summary>
    private const int ChunkBytes = 16 << 20;

    private readonly AlignedMemory _memory;

    private FloatWeight(Tensor source)
        : base(source)
    {
        Type = source.Type;
        PanelBytes = Panel * source.RowBytes;
        _memory = new AlignedMemory(Panels * PanelBytes, hugePages: true);
    }

    /// <summary>The element type of the panels.</summary>
    public DType Type { get; }

    /// <summary>From a panel to the next.</summary>
    public long PanelBytes { get; }

    public byte* Data => _memory.Pointer;

    private int Panels => (Outputs + Panel - 1) / Panel;

    /// <summary>Packs a matrix and gives its bytes back, or returns null where its type is none of those.</summary>
    public static FloatWeight? TryPack(WorkerPool pool, Tensor source)
    {
        if (source.Type is not (DType.F32 or DType.F16 or DType.BF16))
            return null;
        var weight = new FloatWeight(source);
        // Bit by bit, so that never much more than one copy of the matrix is in memory.
        int chunk = (int)Math.Clamp(ChunkBytes / Math.Max(weight.PanelBytes, 1), 1, Math.Max(weight.Panels, 1));
        for (int first = 0; first < weight.Panels; first += chunk)
        {
            weight.Pack(pool, source, first, Math.Min(chunk, weight.Panels - first));
            long row = (long)first * Panel;
            source.ReleaseRows(row, Math.Min((long)chunk * Panel, source.Rows - row));
        }
        source.Release();
        return weight;
    }

    /// <summary>Packs other values of the same type in the place of those there are.</summary>
    public void Refresh(WorkerPool pool, Tensor values) => Pack(pool, values, 0, Panels);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _memory.Dispose();
        base.Dispose(disposing);
    }

    private void Pack(WorkerPool pool, Tensor source, int firstPanel, int panels)
    {
        if (source.Type == DType.F32)
        {
            var body = new Body<uint>(source.Data, Data, Outputs, Inputs, firstPanel);
            pool.Run(panels, ref body);
        }
        else
        {
            var body = new Body<ushort>(source.Data, Data, Outputs, Inputs, firstPanel);
            pool.Run(panels, ref body);
        }
        GC.KeepAlive(source);
    }

    private readonly struct Body<TBits>(byte* source, byte* target, int outputs, int depth, int firstPanel)
        : IParallelBody
        where TBits : unmanaged
    {
        /// <summary>Steps of the depth at a time, whose panel stays in the first-level cache while rows are spread over it.</summary>
        private const int Steps = 128;

        public void Invoke(int task, int worker)
        {
            int first = (firstPanel + task) * Panel;
            int rows = Math.Min(Panel, outputs - first);
            TBits* panel = (TBits*)target + (long)first * depth;
            for (int start = 0; start < depth; start += Steps)
            {
                int end = Math.Min(start + Steps, depth);
                for (int row = 0; row < rows; row++)
                {
                    TBits* from = (TBits*)source + (long)(first + row) * depth;
                    for (int k = start; k < end; k++)
                        panel[(long)k * Panel + row] = from[k];
                }
            }
        }
    }
}
