// Owns the list of the kernels that are generated, tier by tier.
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>What can be generated. Generating needs no special processor; running does.</summary>
public static class KernelCatalog
{
    /// <summary>The kernels of all tiers.</summary>
    public static IEnumerable<GeneratedKernel> All =>
        Enum.GetValues<JitTier>().Where(tier => tier != JitTier.Vnni).SelectMany(Generate); // Amx has those of Vnni too

    /// <summary>The kernels that a backend of the tier uses.</summary>
    public static IEnumerable<GeneratedKernel> Generate(JitTier tier) =>
        tier switch
        {
            JitTier.Off => [],
            JitTier.Avx2 or JitTier.AvxVnni =>
            [
                .. PanelFormat.All.SelectMany(format => SlabKernels(format, tier)),
                .. HalfKernels(tier),
            ],
            JitTier.Vnni =>
            [
                .. PanelFormat.All.SelectMany(format => RowKernels(format, tier)),
                .. PanelFormat.All.SelectMany(PanelProducts),
                .. HalfKernels(tier),
            ],
            _ => [.. Generate(JitTier.Vnni), .. TileKernels()],
        };

    private static IEnumerable<GeneratedKernel> SlabKernels(PanelFormat format, JitTier tier)
    {
        foreach (var kernel in RowKernels(format, tier))
            yield return kernel;
        yield return SlabProduct.Generate(format, tier);
    }

    /// <summary>One row by a panel, and by several at a time.</summary>
    private static IEnumerable<GeneratedKernel> RowKernels(PanelFormat format, JitTier tier)
    {
        yield return RowProduct.Generate(format, tier, panels: 1);
        if (RowProduct.TakesMany(format, tier))
            yield return RowProduct.Generate(format, tier, RowProduct.ManyPanels);
    }

    /// <summary>A few rows; for one, 256 bits do.</summary>
    private static IEnumerable<GeneratedKernel> PanelProducts(PanelFormat format) =>
        Enumerable
            .Range(PanelProduct.FewestRows, PanelProduct.MaxRows - PanelProduct.FewestRows + 1)
            .Select(rows => PanelProduct.Generate(format, rows));

    private static IEnumerable<GeneratedKernel> HalfKernels(JitTier tier) =>
        [HalfRowProduct.Generate(tier), HalfExpansion.Generate(tier)];

    private static IEnumerable<GeneratedKernel> TileKernels()
    {
        yield return RowRounding.Generate();
        foreach (var format in PanelFormat.All)
            yield return PanelExpansion.Generate(format);
        foreach (var format in PanelFormat.All)
        {
            yield return ByteTileProduct.Generate(format);
            yield return SlabTileProduct.Generate(format);
        }
        foreach (var (type, panels) in FloatExpansion.Kinds)
            yield return FloatExpansion.Generate(type, panels);
        foreach (var type in (DType[])[DType.F16, DType.F32])
        {
            yield return KeyTiles.Generate(type);
            yield return ValueTiles.Generate(type);
        }
        foreach (var (split, rowTiles, panels) in TileProduct.Shapes)
            yield return TileProduct.Generate(split, rowTiles, panels);
    }
}
