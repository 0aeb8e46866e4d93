// Owns the generated kernels as functions: all that a tier offers, in one piece of executable memory.
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>
/// The kernels of a tier. A function takes the address of its job and is valid until this is disposed. All run for about a
/// microsecond or more, so they are called like any other native code, without holding up a garbage collection.
/// </summary>
internal sealed unsafe class JitKernels : IDisposable
{
    private const int Alignment = 64;
    private static readonly Task<JitKernels>?[] s_shared = new Task<JitKernels>?[(int)JitTier.Amx + 1];
    private static readonly Lock s_gate = new();

    private readonly ExecutableMemory _memory;
    private readonly TypeKernels[] _types = new TypeKernels[(int)PanelFormat.All.Max(format => format.Type) + 1];
    private readonly nint _rounding;

    private JitKernels(JitTier tier, ExecutableMemory memory, Dictionary<string, int> offsets)
    {
        Tier = tier;
        _memory = memory;
        var rowTier = tier < JitTier.Vnni ? tier : JitTier.Vnni; // Amx has the kernels of Vnni too
        foreach (var format in PanelFormat.All)
        {
            var type = format.Type;
            ref var kernels = ref _types[(int)type];
            kernels.HasHalves = format.Scales.HasHalves;
            for (int rows = PanelProduct.FewestRows; rows <= PanelProduct.MaxRows; rows++)
                kernels.SetPanel(rows, Find(PanelProduct.NameOf(type, rows)));
            kernels.OneRow = (delegate* unmanaged<PanelJob*, void>)Find(RowProduct.NameOf(type, rowTier, panels: 1));
            kernels.OneRowManyPanels = (delegate* unmanaged<PanelJob*, void>)Find(
                RowProduct.NameOf(type, rowTier, RowProduct.ManyPanels)
            );
            kernels.Rows = (delegate* unmanaged<PanelJob*, void>)Find(SlabProduct.NameOf(type, tier));
            kernels.ByteTile = (delegate* unmanaged<ByteTileJob*, void>)Find(ByteTileProduct.NameOf(type));
            kernels.ByteTiles = (delegate* unmanaged<ByteTileJob*, void>)Find(SlabTileProduct.NameOf(type));
            kernels.Expansion = (delegate* unmanaged<ExpandJob*, void>)Find(PanelExpansion.NameOf(type));
        }
        FloatTiles = new FloatTileKernels(Find);
        _rounding = Find(Jit.RowRounding.KernelName);
        Halves = new HalfKernels
        {
            OneRow = (delegate* unmanaged<HalfRowJob*, void>)Find(HalfRowProduct.NameOf(rowTier)),
            Expand = (delegate* unmanaged<HalfExpandJob*, void>)Find(HalfExpansion.NameOf(rowTier)),
        };

        nint Find(string name) => offsets.TryGetValue(name, out int offset) ? (nint)memory.Start + offset : 0;
    }

    /// <summary>What the kernels may use.</summary>
    public JitTier Tier { get; }

    /// <summary>
    /// The kernels of a tier that this machine has, as all backends of the process share them; nobody disposes them. The
    /// first call begins to make them in the background, which takes about a tenth of a second.
    /// </summary>
    public static Task<JitKernels> Shared(JitTier tier)
    {
        lock (s_gate)
            return s_shared[(int)tier] ??= Task.Run(() => Create(ProcessorFeatures.Current, tier));
    }

    /// <summary>Makes the kernels of the tier.</summary>
    /// <exception cref="ArgumentException">The tier is <see cref="JitTier.Off"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks what the tier needs.</exception>
    public static JitKernels Create(ProcessorFeatures features, JitTier tier)
    {
        if (tier == JitTier.Off)
            throw new ArgumentException("no kernels are generated in this tier", nameof(tier));
        if (JitTiers.Missing(features, tier) is { } missing)
            throw new PlatformNotSupportedException($"no generated kernels of tier {tier}: {missing}");
        var code = new MemoryStream();
        var offsets = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var kernel in KernelCatalog.Generate(tier))
        {
            code.SetLength((code.Length + Alignment - 1) / Alignment * Alignment);
            code.Position = code.Length;
            offsets.Add(kernel.Name, (int)code.Position);
            code.Write(kernel.Code.Span);
        }
        var (memory, refusal) = ExecutableMemory.Map(code.ToArray());
        return memory is null
            ? throw new PlatformNotSupportedException($"no generated kernels of tier {tier}: {refusal!.Reason}")
            : new JitKernels(tier, memory, offsets);
    }

    /// <summary>What multiplies with weights in half precision.</summary>
    public HalfKernels Halves { get; }

    /// <summary>What multiplies floats in tiles.</summary>
    public FloatTileKernels FloatTiles { get; }

    /// <summary>What multiplies quantized rows with packed weights of the type.</summary>
    public TypeKernels Of(DType type) => _types[(int)type];

    /// <summary>A row to its lines of tiles.</summary>
    public delegate* unmanaged<RoundJob*, void> RowRounding() =>
        (delegate* unmanaged<RoundJob*, void>)Existing(_rounding);

    public void Dispose() => _memory.Dispose();

    private nint Existing(nint kernel) =>
        kernel != 0 ? kernel : throw new InvalidOperationException($"tier {Tier} has no such kernel");
}
