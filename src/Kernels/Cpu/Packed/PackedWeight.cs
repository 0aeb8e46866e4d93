// Owns a weight matrix repacked for integer products: its memory and the packing, which runs on all threads.
using Tern.Kernels.Threading;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>A quantized matrix in panels of 16 outputs.</summary>
internal sealed unsafe class PackedWeight : Weight
{
    /// <summary>Source bytes packed before their pages are given back.</summary>
    private const int ChunkBytes = 16 << 20;

    private readonly AlignedMemory _memory;

    private PackedWeight(Tensor source, PackedLayout layout)
        : base(source)
    {
        Layout = layout;
        _memory = new AlignedMemory(layout.Bytes, hugePages: true);
    }

    public PackedLayout Layout { get; }

    public byte* Data => _memory.Pointer;

    /// <summary>Packs a matrix and gives its bytes back, or returns null where its type has no packed format.</summary>
    public static PackedWeight? TryPack(WorkerPool pool, Tensor source) =>
        source.Type switch
        {
            DType.Q4_0 => Pack<Q4_0Packed>(pool, source),
            DType.Q8_0 => Pack<Q8_0Packed>(pool, source),
            DType.Q4_K => Pack<Q4_KPacked>(pool, source),
            DType.Q5_K => Pack<Q5_KPacked>(pool, source),
            DType.Q6_K => Pack<Q6_KPacked>(pool, source),
            _ => null,
        };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _memory.Dispose();
        base.Dispose(disposing);
    }

    private static PackedWeight Pack<TFormat>(WorkerPool pool, Tensor source)
        where TFormat : struct, IPackedFormat
    {
        var layout = PackedLayout.Of<TFormat>(checked((int)source.Rows), checked((int)source.Columns));
        var packed = new PackedWeight(source, layout);
        // Bit by bit, so that never much more than one copy of the matrix is in memory.
        long panelBytes = PackedLayout.Panel * source.RowBytes;
        int chunk = (int)Math.Clamp(ChunkBytes / Math.Max(panelBytes, 1), 1, layout.Panels);
        for (int first = 0; first < layout.Panels; first += chunk)
        {
            var body = new Body<TFormat>(layout, source.Data, source.RowBytes, packed.Data, first);
            pool.Run(Math.Min(chunk, layout.Panels - first), ref body);
            long row = (long)first * PackedLayout.Panel;
            source.ReleaseRows(row, Math.Min((long)chunk * PackedLayout.Panel, source.Rows - row));
        }
        source.Release();
        return packed;
    }

    private readonly struct Body<TFormat>(
        PackedLayout layout,
        byte* source,
        long rowBytes,
        byte* target,
        int firstPanel
    ) : IParallelBody
        where TFormat : struct, IPackedFormat
    {
        public void Invoke(int task, int worker)
        {
            int number = firstPanel + task;
            byte* panel = target + number * layout.PanelBytes;
            int runs = layout.Blocks / TFormat.BlocksPerScales;
            int runBytes = (int)(rowBytes / Math.Max(runs, 1));
            int rows = Math.Min(PackedLayout.Panel, layout.Outputs - number * PackedLayout.Panel);
            for (int row = 0; row < rows; row++)
            {
                byte* from = source + (number * (long)PackedLayout.Panel + row) * rowBytes;
                byte* scales = panel;
                byte* codes = panel + layout.ScaleStride;
                for (int run = 0; run < runs; run++)
                {
                    TFormat.Pack(from, row, scales, codes);
                    from += runBytes;
                    scales += TFormat.ScaleBytes;
                    codes += TFormat.CodeBytes * TFormat.BlocksPerScales;
                }
            }
        }
    }
}
