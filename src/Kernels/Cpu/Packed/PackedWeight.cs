// Owns a weight matrix repacked for integer products: its memory and the packing, which runs on all threads.
using System.Runtime.CompilerServices;
using Tern.Kernels.Threading;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>A quantized matrix in panels of 16 outputs.</summary>
internal sealed unsafe class PackedWeight : Weight
{
    /// <summary>Source bytes packed before their pages are given back.</summary>
    private const int ChunkBytes = 16 << 20;

    private readonly AlignedMemory? _own;

    private PackedWeight(Tensor source, PackedLayout layout)
        : base(source)
    {
        Layout = layout;
        _own = new AlignedMemory(layout.Bytes, hugePages: true);
        Packed = new Tensor(source.Name, DType.I8, [layout.Panels, layout.PanelBytes], _own);
    }

    private PackedWeight(Tensor source, PackedLayout layout, Tensor kept)
        : base(source)
    {
        Layout = layout;
        Packed = kept;
    }

    public PackedLayout Layout { get; }

    public override Tensor Packed { get; }

    public byte* Data => Packed.Data;

    /// <summary>Packs a matrix of a quantized type and gives its bytes back, or uses in place what is kept of it.</summary>
    public static PackedWeight Pack(WorkerPool pool, Tensor source, Func<Tensor, Tensor?>? kept = null)
    {
        var layout = PackedPanels.LayoutOf(source);
        if (PackedPanels.Find(kept, source) is { } bytes)
            return new PackedWeight(source, layout, bytes);
        var packed = new PackedWeight(source, layout);
        switch (source.Type)
        {
            case DType.Q4_0:
                packed.Fill<Q4_0Packed>(pool);
                break;
            case DType.Q8_0:
                packed.Fill<Q8_0Packed>(pool);
                break;
            case DType.Q4_K:
                packed.Fill<Q4_KPacked>(pool);
                break;
            case DType.Q5_K:
                packed.Fill<Q5_KPacked>(pool);
                break;
            default:
                packed.Fill<Q6_KPacked>(pool);
                break;
        }
        return packed;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _own?.Dispose();
        base.Dispose(disposing);
    }

    private void Fill<TFormat>(WorkerPool pool)
        where TFormat : struct, IPackedFormat
    {
        // Bit by bit, so that never much more than one copy of the matrix is in memory.
        long panelBytes = PackedLayout.Panel * Source.RowBytes;
        int chunk = (int)Math.Clamp(ChunkBytes / Math.Max(panelBytes, 1), 1, Layout.Panels);
        for (int first = 0; first < Layout.Panels; first += chunk)
        {
            var body = new Body<TFormat>(Layout, Source.Data, Source.RowBytes, Data, first);
            pool.Run(Math.Min(chunk, Layout.Panels - first), ref body);
            long row = (long)first * PackedLayout.Panel;
            Source.ReleaseRows(row, Math.Min((long)chunk * PackedLayout.Panel, Source.Rows - row));
        }
        Source.Release();
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
        // At once as good as it gets: a load is over before the runtime would find out that this is hot.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
