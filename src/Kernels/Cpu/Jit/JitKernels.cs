// Owns the generated kernels as functions: all that a tier offers, in one piece of executable memory.
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>
/// The kernels of a tier. A function takes the address of its job and is valid until this is disposed. All run for about a microsecond or more, so they are called like any other native code,
/// without holding up a garbage collection.
/// </summary>
internal sealed unsafe class JitKernels : IDisposable
{
    private const int Alignment = 64;
    private static readonly int s_types = (int)PanelFormat.All.Max(format => format.Type) + 1;
    private readonly ExecutableMemory _memory;
    private readonly nint[,] _panelProducts = new nint[s_types, Jit.PanelProduct.MaxRows + 1];
    private readonly nint[] _byteTileProducts = new nint[s_types];
    private readonly nint[] _expansions = new nint[s_types];
    private readonly nint[,] _tileProducts = new nint[3, 3];
    private readonly nint _rounding;

    private JitKernels(JitTier tier, ExecutableMemory memory, Dictionary<string, int> offsets)
    {
        Tier = tier;
        _memory = memory;
        foreach (var type in PanelFormat.All.Select(format => format.Type))
        {
            for (int rows = 1; rows <= Jit.PanelProduct.MaxRows; rows++)
                _panelProducts[(int)type, rows] = Find(Jit.PanelProduct.NameOf(type, rows));
            _byteTileProducts[(int)type] = Find(Jit.ByteTileProduct.NameOf(type));
            _expansions[(int)type] = Find(Jit.PanelExpansion.NameOf(type));
        }
        for (int rowTiles = 1; rowTiles <= 2; rowTiles++)
        for (int panels = 1; panels <= 2; panels++)
            _tileProducts[rowTiles, panels] = Find(Jit.TileProduct.NameOf(rowTiles, panels));
        _rounding = Find(Jit.RowRounding.KernelName);

        nint Find(string name) => offsets.TryGetValue(name, out int offset) ? (nint)memory.Start + offset : 0;
    }

    /// <summary>What the kernels may use.</summary>
    public JitTier Tier { get; }

    /// <summary>Whether weights of the type have kernels.</summary>
    public static bool Supports(DType type) => PanelFormat.All.Any(format => format.Type == type);

    /// <summary>The kernels of the tier that <c>TERN_JIT</c> names, or of the best the machine has; null where that is none.</summary>
    /// <exception cref="ArgumentException"><c>TERN_JIT</c> names no tier.</exception>
    /// <exception cref="PlatformNotSupportedException"><c>TERN_JIT</c> names a tier that the machine lacks.</exception>
    public static JitKernels? TryCreate(ProcessorFeatures features) =>
        TryCreate(features, JitTiers.Choose(Environment.GetEnvironmentVariable(JitTiers.Variable), features));

    /// <summary>The kernels of the tier; null where that is <see cref="JitTier.Off"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine lacks what the tier needs.</exception>
    public static JitKernels? TryCreate(ProcessorFeatures features, JitTier tier)
    {
        if (JitTiers.Missing(features, tier) is { } missing)
            throw new PlatformNotSupportedException($"no generated kernels of tier {tier}: {missing}");
        if (tier == JitTier.Off)
            return null;
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

    /// <summary>One to <see cref="PanelProduct.MaxRows"/> rows by a panel.</summary>
    public delegate* unmanaged<PanelJob*, void> PanelProduct(DType type, int rows) =>
        (delegate* unmanaged<PanelJob*, void>)Existing(_panelProducts[(int)type, rows]);

    /// <summary>A slice of a panel to tiles.</summary>
    public delegate* unmanaged<ExpandJob*, void> PanelExpansion(DType type) =>
        (delegate* unmanaged<ExpandJob*, void>)Existing(_expansions[(int)type]);

    /// <summary>A row to its lines of tiles.</summary>
    public delegate* unmanaged<RoundJob*, void> RowRounding() =>
        (delegate* unmanaged<RoundJob*, void>)Existing(_rounding);

    /// <summary>One or two tiles of rows by one or two panels.</summary>
    public delegate* unmanaged<TileJob*, void> TileProduct(int rowTiles, int panels) =>
        (delegate* unmanaged<TileJob*, void>)Existing(_tileProducts[rowTiles, panels]);

    /// <summary>One to 16 rows by a panel, with the bits of <see cref="PanelProduct"/>.</summary>
    public delegate* unmanaged<ByteTileJob*, void> ByteTileProduct(DType type) =>
        (delegate* unmanaged<ByteTileJob*, void>)Existing(_byteTileProducts[(int)type]);

    public void Dispose() => _memory.Dispose();

    private nint Existing(nint kernel) =>
        kernel != 0 ? kernel : throw new InvalidOperationException($"tier {Tier} has no such kernel");
}
