// Owns the generator of the tile kernels for many rows by one panel of 16 outputs, in slabs of up to 256 inputs. A slab's
// scales become factors and its codes bytes once, in working memory, for all rows; then the rows pass by, 16 at a time,
// whose results wait in memory between slabs.
using Iced.Intel;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class SlabTileProduct : ByteTiles
{
    /// <summary>Of a block: its scales, and those of its second half or its minimums.</summary>
    private const int FactorBytes = 128;
    private const int UnpackedAt = RowSlab.Blocks * FactorBytes;
    private const int PiecesAt = UnpackedAt + RowSlab.Blocks * UnpackedBytes;

    /// <summary>Bytes of working memory that a job needs.</summary>
    public const int ScratchBytes = PiecesAt + 2 * PieceBytes;

    private static readonly AssemblerRegister64 End = rdx;
    private static readonly AssemblerRegister64 NextCodes = r14;
    private static readonly AssemblerRegister64 ResultsAt = r15;

    /// <summary>The current block's factors, while rows pass by: they are scales, too.</summary>
    private static readonly AssemblerRegister64 FactorAt = Scales;

    private SlabTileProduct(PanelFormat format)
        : base(format)
    {
        Name(End, "end");
        Name(NextCodes, "next_codes");
        Name(ResultsAt, "results");
    }

    public static GeneratedKernel Generate(PanelFormat format) => new SlabTileProduct(format).Write();

    public static string NameOf(DType type) => $"{type}-int8";

    private GeneratedKernel Write()
    {
        Save(NextCodes);
        Save(ResultsAt);
        BeginTiles(PiecesAt);
        mov(Left, Field<PanelJob>(nameof(PanelJob.Width)));
        ClearResults();

        var slab = Here("slab");
        MeasureSlab(End, Left);
        PrepareSlab();
        AddRows();
        if (IsTile)
        {
            mov(NextCodes, End);
            shl(NextCodes, 7);
            add(Codes, NextCodes);
        }
        NextSlab();
        shl(End, 3);
        sub(Left, End);
        jne(slab);
        tilerelease();
        Return();
        return Finish(
            NameOf(Format.Type),
            $"Rows of 8-bit activations by a panel of 16 {Format.Type} outputs, in tiles of bytes."
        );
    }

    private void ClearResults()
    {
        mov(ResultsAt, Field<PanelJob>(nameof(PanelJob.Output)));
        Zero(Scratch);
        var clear = Here("clear");
        vmovups(__zmmword_ptr[ResultsAt], Scratch);
        add(ResultsAt, 64);
        dec(RowsLeft);
        jne(clear);
    }

    /// <summary>Factors and unpacked codes of the slab's blocks; the places in the panel move on to the next slab's.</summary>
    private void PrepareSlab()
    {
        if (Format.Scales.HasSuper)
        {
            Format.Scales.LoadSuper(this);
            add(Scales, Format.Scales.SuperBytes);
        }
        var (factor, codes) = (ResultsAt, NextCodes);
        mov(factor, Field<PanelJob>(nameof(PanelJob.Scratch)));
        StartCodes();
        xor(eax, eax);
        var prepare = Here("prepare");
        PrefetchAhead(IsTile ? codes : Codes);
        Format.Scales.LoadBlock(this);
        vmovups(__zmmword_ptr[factor], Scale);
        if (SecondFactor is { } second)
            vmovups(__zmmword_ptr[factor + 64], second);
        add(Scales, PanelScales.BlockBytes);
        add(factor, FactorBytes);
        if (!IsTile)
        {
            UnpackTo(codes);
            add(Codes, Format.Codes.BlockBytes);
        }
        add(codes, UnpackedBytes);
        add(At, 4);
        cmp(At, End);
        jne(prepare);
    }

    private void AddRows()
    {
        push(Scales);
        push(Rows);
        Say("the place of the last block");
        sub(End, 4);
        mov(RowCodes, Rows);
        StartCodes();
        mov(ResultsAt, Field<PanelJob>(nameof(PanelJob.Output)));
        mov(RowsLeft, Field<PanelJob>(nameof(PanelJob.RowCount)));
        MultiplyNext(NextCodes);

        var tile = Here("rows");
        for (int row = 0; row < TileRows; row++)
            vmovups(Results[row], __zmmword_ptr[ResultsAt + 64 * row]);
        mov(FactorAt, Field<PanelJob>(nameof(PanelJob.Scratch)));
        xor(eax, eax);
        var block = Here("block");
        vmovups(Scale, __zmmword_ptr[FactorAt]);
        if (SecondFactor is { } second)
            vmovups(second, __zmmword_ptr[FactorAt + 64]);
        StartNext();
        AddSums();
        add(FactorAt, FactorBytes);
        add(At, 4);
        cmp(At, End);
        jbe(block);

        for (int row = 0; row < TileRows; row++)
            vmovups(__zmmword_ptr[ResultsAt + 64 * row], Results[row]);
        var done = CreateLabel("done");
        cmp(RowsLeft, TileRows);
        jbe(done);
        sub(RowsLeft, TileRows);
        add(Rows, TileRows * RowFields.RowBytes);
        add(ResultsAt, 64 * TileRows);
        jmp(tile);
        Place(ref done);
        add(End, 4);
        pop(Rows);
        pop(Scales);
    }

    /// <summary>Starts the product of the block after the current one: of the same rows, of the next, or of none in this slab.</summary>
    private void StartNext()
    {
        xchg(Current, Next);
        add(RowCodes, 32);
        add(NextCodes, UnpackedBytes);
        var start = CreateLabel("start");
        var started = CreateLabel("started");
        cmp(At, End);
        jne(start);
        cmp(RowsLeft, TileRows);
        jbe(started);
        lea(RowCodes, __[Rows + TileRows * RowFields.RowBytes]);
        StartCodes();
        Place(ref start);
        MultiplyNext(NextCodes);
        Place(ref started);
    }

    /// <summary>The slab's first block: unpacked, or in the panel, where the place stays at the slab until its rows are done.</summary>
    private void StartCodes()
    {
        if (IsTile)
        {
            mov(NextCodes, Codes);
            return;
        }
        mov(NextCodes, Field<PanelJob>(nameof(PanelJob.Scratch)));
        add(NextCodes, UnpackedAt);
    }

    private AssemblerRegisterZMM? SecondFactor =>
        Format.Scales.HasHalves ? SecondScale
        : Format.Scales.HasMinimums ? Minimum
        : null;
}
