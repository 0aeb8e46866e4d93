// Owns a weight matrix of floats (F32, F16, BF16) rearranged for products: its memory and the packing, on all threads.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Packed;
using Tern.Kernels.Threading;
using Tern.Tensors;
using Tern.Tensors.Memory;
using Tern.Tensors.Quantization;

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

    private readonly AlignedMemory? _own;
    private readonly Tensor _panels;

    private FloatWeight(Tensor source, Tensor? kept)
        : base(source)
    {
        Type = source.Type;
        PanelBytes = Panel * source.RowBytes;
        _own = kept is null ? new AlignedMemory(Panels * PanelBytes, hugePages: true) : null;
        _panels = kept ?? new Tensor(source.Name, DType.I8, [Panels, PanelBytes], _own!);
    }

    /// <summary>The element type of the panels.</summary>
    public DType Type { get; }

    /// <summary>From a panel to the next.</summary>
    public long PanelBytes { get; }

    public byte* Data => _panels.Data;

    public override Tensor? Packed => PanelBytes % PackedPanels.Alignment == 0 ? _panels : null;

    private int Panels => (Outputs + Panel - 1) / Panel;

    public static bool IsPacked(DType type) => type is DType.F32 or DType.F16 or DType.BF16;

    /// <summary>Bytes of all panels; 0 where they are no whole number of lines, and so no neighbours in a file.</summary>
    public static long KeptBytes(Tensor source)
    {
        long panelBytes = Panel * source.RowBytes;
        return panelBytes % PackedPanels.Alignment == 0 ? (source.Rows + Panel - 1) / Panel * panelBytes : 0;
    }

    /// <summary>
    /// Packs a matrix and gives its bytes back, or uses in place what is kept of it, or returns null where its type is none of
    /// those.
    /// </summary>
    public static FloatWeight? TryPack(WorkerPool pool, Tensor source, Func<Tensor, Tensor?>? kept = null)
    {
        if (!IsPacked(source.Type))
            return null;
        if (PackedPanels.Find(kept, source) is { } panels)
            return new FloatWeight(source, panels);
        var weight = new FloatWeight(source, kept: null);
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

    /// <summary>Packs other values, of any float type, in the place of those there are.</summary>
    /// <exception cref="InvalidOperationException">Those there are belong to whoever keeps them.</exception>
    public void Refresh(WorkerPool pool, Tensor values)
    {
        if (_own is null)
            throw new InvalidOperationException(
                $"the values of {Source} are kept for other starts and cannot be replaced"
            );
        Pack(pool, values, 0, Panels);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _own?.Dispose();
        base.Dispose(disposing);
    }

    private void Pack(WorkerPool pool, Tensor source, int firstPanel, int panels)
    {
        if (Type == DType.F32)
            Pack<uint>(pool, source, firstPanel, panels);
        else
            Pack<ushort>(pool, source, firstPanel, panels);
    }

    private void Pack<TBits>(WorkerPool pool, Tensor source, int firstPanel, int panels)
        where TBits : unmanaged
    {
        var body = new Body<TBits>
        {
            Source = source.Data,
            Target = (TBits*)Data,
            Type = Type,
            Rounds = source.Type != Type,
            Outputs = Outputs,
            Depth = Inputs,
            FirstPanel = firstPanel,
        };
        pool.Run(panels, ref body);
        GC.KeepAlive(source);
    }

    private struct Body<TBits> : IParallelBody
        where TBits : unmanaged
    {
        /// <summary>Steps of the depth at a time, whose panel stays in the first-level cache while rows are spread over it.</summary>
        private const int Steps = 128;

        public byte* Source;
        public TBits* Target;
        public DType Type;
        public bool Rounds;
        public int Outputs;
        public int Depth;
        public int FirstPanel;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke(int task, int worker)
        {
            TBits* rounded = stackalloc TBits[Steps];
            int first = (FirstPanel + task) * Panel;
            int end = Math.Min(first + Panel, Outputs);
            TBits* panel = Target + (long)first * Depth;
            for (int start = 0; start < Depth; start += Steps, panel += Steps * Panel)
            {
                int count = Math.Min(Steps, Depth - start);
                for (int row = first; row < end; row++)
                {
                    long at = (long)row * Depth + start;
                    var from = (TBits*)Source + at;
                    if (Rounds)
                    {
                        from = rounded;
                        var values = new ReadOnlySpan<float>((float*)Source + at, count);
                        Quantizer.Row(Type, values, new Span<byte>(rounded, count * sizeof(TBits)));
                    }
                    for (int k = 0; k < count; k++)
                        panel[k * Panel + row - first] = from[k];
                }
            }
        }
    }
}
