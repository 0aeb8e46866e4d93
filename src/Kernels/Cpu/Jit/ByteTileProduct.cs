// Owns the generator of the tile kernels for up to 16 rows by one panel of 16 outputs, over all of the depth: the results
// stay in registers, and a block's codes are unpacked just before they are multiplied.
using Tern.Tensors;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class ByteTileProduct : ByteTiles
{
    /// <summary>Bytes of working memory that a job needs.</summary>
    public const int ScratchBytes = 2 * PieceBytes;

    private ByteTileProduct(PanelFormat format)
        : base(format) { }

    public static GeneratedKernel Generate(PanelFormat format) => new ByteTileProduct(format).Write();

    public static string NameOf(DType type) => $"{type}-int8-16";

    private GeneratedKernel Write()
    {
        BeginTiles(pieces: 0);
        mov(RowCodes, Rows);
        foreach (var result in Results)
            Zero(result);
        StartNext();
        add(Codes, Format.Codes.BlockBytes);
        add(RowCodes, 32);
        Walk(Field<PanelJob>(nameof(PanelJob.Width)), AddBlock, AdvanceRowCodes, NextSlab);
        tilerelease();
        BeginStore();
        var stored = CreateLabel("stored");
        for (int row = 0; row < TileRows; row++)
        {
            Store(Results[row]);
            LeaveAfter(row, stored);
        }
        Place(ref stored);
        Return();
        return Finish(
            NameOf(Format.Type),
            $"Up to 16 rows of 8-bit activations by a panel of 16 {Format.Type} outputs, in tiles of bytes."
        );
    }

    private void AddBlock()
    {
        Say("start the next block, if there is one");
        xchg(Current, Next);
        var started = CreateLabel("started");
        cmp(Left, 32);
        je(started);
        StartNext();
        Place(ref started);
        AddSums();
    }

    private void StartNext()
    {
        if (!IsTile)
            UnpackTo(Next);
        MultiplyNext(IsTile ? Codes : Next);
    }

    /// <summary>The row codes are those of the next block: one block ahead when a slab ends.</summary>
    private void AdvanceRowCodes()
    {
        add(RowCodes, 32);
        var inSlab = CreateLabel("in_slab");
        cmp(At, RowFields.SlabEnd - 8);
        jne(inSlab);
        add(RowCodes, Field<PanelJob>(nameof(PanelJob.SlabStride)));
        add(RowCodes, -32 * Packed.RowSlab.Blocks);
        Place(ref inSlab);
    }
}
