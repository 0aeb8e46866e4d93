// Owns the list of the kernels that are generated, tier by tier.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>What can be generated. Generating needs no special processor; running does.</summary>
public static class KernelCatalog
{
    /// <summary>The kernels of a tier and of those below it.</summary>
    public static IEnumerable<GeneratedKernel> Generate(JitTier tier)
    {
        if (tier >= JitTier.Vnni)
        {
            foreach (var format in PanelFormat.All)
            {
                for (int rows = 1; rows <= PanelProduct.MaxRows; rows++)
                    yield return PanelProduct.Generate(format, rows);
            }
        }
        if (tier >= JitTier.Amx)
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
}
