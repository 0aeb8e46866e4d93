// Owns the list of the kernels that are generated, tier by tier.
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
        if (!RowProduct.TakesMany(format))
            yield return RowProduct.Generate(format, tier, panels: 1);
        foreach (var kernel in RowKernels(format, tier))
            yield return kernel;
        yield return SlabProduct.Generate(format, tier);
    }

    /// <summary>One row by several panels at a time, and by those that are left.</summary>
    private static IEnumerable<GeneratedKernel> RowKernels(PanelFormat format, JitTier tier) =>
        RowProduct.TakesMany(format)
            ? [RowProduct.Generate(format, tier, panels: 1), RowProduct.Generate(format, tier, RowProduct.ManyPanels)]
            : [];

    /// <summary>One row by one panel takes 512 bits where unpacking takes longer than reading.</summary>
    private static IEnumerable<GeneratedKernel> PanelProducts(PanelFormat format)
    {
        int least = RowProduct.TakesMany(format) ? 2 : 1;
        return Enumerable
            .Range(least, PanelProduct.MaxRows - least + 1)
            .Select(rows => PanelProduct.Generate(format, rows));
    }

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
        for (int rowTiles = 1; rowTiles <= 2; rowTiles++)
        for (int panels = 1; panels <= 2; panels++)
            yield return TileProduct.Generate(rowTiles, panels);
    }
}
