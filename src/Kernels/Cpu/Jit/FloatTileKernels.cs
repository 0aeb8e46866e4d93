// Owns the kernels that multiply floats in tiles. An unmanaged struct, so that it travels with the work that is handed to
// other threads.
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>The functions of a tier; all are null where it has no tiles, as in the default.</summary>
internal unsafe struct FloatTileKernels
{
    private const int Splits = (int)SplitOperands.Both + 1;

    private fixed long _expansions[4];
    private fixed long _products[Splits * 4];

    /// <param name="find">The address of the kernel of a name; 0 where there is none.</param>
    public FloatTileKernels(Func<string, nint> find)
    {
        foreach (var (type, panels) in FloatExpansion.Kinds)
            _expansions[Index(type, panels)] = find(FloatExpansion.NameOf(type, panels));
        foreach (var (split, rowTiles, panels) in TileProduct.Shapes)
            _products[Index(split, rowTiles, panels)] = find(TileProduct.NameOf(split, rowTiles, panels));
        HalfKeys = (delegate* unmanaged<KeyTileJob*, void>)find(KeyTiles.NameOf(DType.F16));
        FloatKeys = (delegate* unmanaged<KeyTileJob*, void>)find(KeyTiles.NameOf(DType.F32));
        HalfValues = (delegate* unmanaged<ValueTileJob*, void>)find(ValueTiles.NameOf(DType.F16));
        FloatValues = (delegate* unmanaged<ValueTileJob*, void>)find(ValueTiles.NameOf(DType.F32));
    }

    /// <summary>Keys of F16 to tiles.</summary>
    public readonly delegate* unmanaged<KeyTileJob*, void> HalfKeys;

    /// <summary>Keys of F32 to tiles.</summary>
    public readonly delegate* unmanaged<KeyTileJob*, void> FloatKeys;

    /// <summary>Values of F16 to tiles.</summary>
    public readonly delegate* unmanaged<ValueTileJob*, void> HalfValues;

    /// <summary>Values of F32 to tiles.</summary>
    public readonly delegate* unmanaged<ValueTileJob*, void> FloatValues;

    /// <summary>Whether the tier has tiles.</summary>
    public readonly bool Exist => _products[0] != 0;

    /// <summary>One or two tiles of rows by one or two panels.</summary>
    public readonly delegate* unmanaged<TileJob*, void> Product(SplitOperands split, int rowTiles, int panels) =>
        (delegate* unmanaged<TileJob*, void>)_products[Index(split, rowTiles, panels)];

    /// <summary>A slab of 1 panel or <see cref="FloatExpansion.ManyPanels"/> of F16 or BF16 to tiles.</summary>
    public readonly delegate* unmanaged<FloatExpandJob*, void> Expansion(DType type, int panels) =>
        (delegate* unmanaged<FloatExpandJob*, void>)_expansions[Index(type, panels)];

    private static int Index(DType type, int panels) => (type == DType.F16 ? 2 : 0) + (panels > 1 ? 1 : 0);

    private static int Index(SplitOperands split, int rowTiles, int panels) =>
        4 * (int)split + 2 * (rowTiles - 1) + (panels - 1);
}
