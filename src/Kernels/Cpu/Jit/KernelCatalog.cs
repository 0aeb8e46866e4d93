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
                HalfRowProduct.Generate(tier),
                HalfExpansion.Generate(tier),
            ],
            JitTier.Vnni => PanelProducts(),
            _ => [.. PanelProducts(), .. TileKernels()],
        };

    private static IEnumerable<GeneratedKernel> SlabKernels(PanelFormat format, JitTier tier)
    {
        yield return RowProduct.Generate(format, tier, panels: 1);
        if (RowProduct.TakesMany(format))
            yield return RowProduct.Generate(format, tier, RowProduct.ManyPanels);
        yield return SlabProduct.Generate(format, tier);
    }

    private static IEnumerable<GeneratedKernel> PanelProducts() =>
        PanelFormat.All.SelectMany(
            format => Enumerable.Range(1, PanelProduct.MaxRows),
            (format, rows) => PanelProduct.Generate(format, rows)
        );

    private static IEnumerable<GeneratedKernel> TileKernels()
    {
        yield return RowRounding.Generate();
        foreach (var format in PanelFormat.All)
            yield return PanelExpansion.Generate(format);
        foreach (var format in PanelFormat.All)
            yield return ByteTileProduct.Generate(format);
        for (int rowTiles = 1; rowTiles <= 2; rowTiles++)
        for (int panels = 1; panels <= 2; panels++)
            yield return TileProduct.Generate(rowTiles, panels);
    }
}
