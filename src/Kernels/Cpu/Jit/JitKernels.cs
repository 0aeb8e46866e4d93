// Owns the generated kernels as functions: all that a tier offers, in one piece of executable memory.
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>
/// The kernels of a tier. A function takes the address of its job and is valid until this is disposed; look it up once a
/// matrix, not at every call. All run for about a microsecond or more, so they are called like any other native code,
/// without holding up a garbage collection.
/// </summary>
internal sealed unsafe class JitKernels : IDisposable
{
    private const int Alignment = 64;
    private readonly ExecutableMemory _memory;
    private readonly Dictionary<string, int> _offsets;

    private JitKernels(JitTier tier, ExecutableMemory memory, Dictionary<string, int> offsets)
    {
        Tier = tier;
        _memory = memory;
        _offsets = offsets;
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
        (delegate* unmanaged<PanelJob*, void>)Find(Jit.PanelProduct.NameOf(type, rows));

    /// <summary>A slice of a panel to tiles.</summary>
    public delegate* unmanaged<ExpandJob*, void> PanelExpansion(DType type) =>
        (delegate* unmanaged<ExpandJob*, void>)Find(Jit.PanelExpansion.NameOf(type));

    /// <summary>A row to its lines of tiles.</summary>
    public delegate* unmanaged<RoundJob*, void> RowRounding() =>
        (delegate* unmanaged<RoundJob*, void>)Find(Jit.RowRounding.KernelName);

    /// <summary>One or two tiles of rows by one or two panels.</summary>
    public delegate* unmanaged<TileJob*, void> TileProduct(int rowTiles, int panels) =>
        (delegate* unmanaged<TileJob*, void>)Find(Jit.TileProduct.NameOf(rowTiles, panels));

    /// <summary>One to 16 rows by a panel, with the bits of <see cref="PanelProduct"/>.</summary>
    public delegate* unmanaged<ByteTileJob*, void> ByteTileProduct(DType type) =>
        (delegate* unmanaged<ByteTileJob*, void>)Find(Jit.ByteTileProduct.NameOf(type));

    public void Dispose() => _memory.Dispose();

    private byte* Find(string name) =>
        _offsets.TryGetValue(name, out int offset)
            ? _memory.Start + offset
            : throw new ArgumentException($"tier {Tier} has no kernel '{name}'", nameof(name));
}
