// Owns the kernels that multiply floats in tiles. An unmanaged struct, so that it travels with the work that is handed to
// other threads.
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>The functions of a tier; all are null where it has no tiles.</summary>
internal unsafe struct FloatTileKernels
{
    private const int Splits = (int)SplitOperands.Both + 1;

    /// <summary>A slab of a panel of F16 to tiles, for each step the upper and the lower.</summary>
    public delegate* unmanaged<FloatExpandJob*, void> HalfPanel;

    /// <summary>The same of <see cref="FloatExpansion.ManyPanels"/> panels.</summary>
    public delegate* unmanaged<FloatExpandJob*, void> HalfPanels;

    /// <summary>A slab of a panel of BF16 to tiles.</summary>
    public delegate* unmanaged<FloatExpandJob*, void> BFloatPanel;

    /// <summary>The same of <see cref="FloatExpansion.ManyPanels"/> panels.</summary>
    public delegate* unmanaged<FloatExpandJob*, void> BFloatPanels;

    private fixed long _products[Splits * 4];

    /// <summary>Whether there are kernels.</summary>
    public readonly bool Exist => HalfPanel is not null;

    /// <summary>One or two tiles of rows by one or two panels.</summary>
    public readonly delegate* unmanaged<TileJob*, void> Product(SplitOperands split, int rowTiles, int panels) =>
        (delegate* unmanaged<TileJob*, void>)_products[Index(split, rowTiles, panels)];

    public void SetProduct(SplitOperands split, int rowTiles, int panels, nint kernel) =>
        _products[Index(split, rowTiles, panels)] = kernel;

    /// <summary>What takes that many panels of that type.</summary>
    public readonly delegate* unmanaged<FloatExpandJob*, void> Expansion(DType type, int panels) =>
        (type == DType.F16, panels > 1) switch
        {
            (true, false) => HalfPanel,
            (true, true) => HalfPanels,
            (false, false) => BFloatPanel,
            _ => BFloatPanels,
        };

    private static int Index(SplitOperands split, int rowTiles, int panels) =>
        4 * (int)split + 2 * (rowTiles - 1) + (panels - 1);
}
